import type { Profiler } from 'node:inspector'
import { fileURLToPath } from 'node:url'

export interface ProfileLine {
  /** Share of the sampled time, idle excluded. */
  share: number
  selfMs: number
  name: string
}

export interface ProfileSummary {
  /** Share of the time in which the thread did nothing. */
  idleShare: number
  functions: ProfileLine[]
  /** Self times by file or package: where a whole layer's cost lies. */
  files: ProfileLine[]
  /** Time in a function of the project and all that it calls, for the functions of src and connectors. */
  totals: ProfileLine[]
}

const LINES_MAX = 40

/** The functions with the most self time, and the same by file, of a V8 CPU profile. */
export function summarize(profile: Profiler.Profile, root: string): ProfileSummary {
  const selfUs = new Map<number, number>()
  const { samples = [], timeDeltas = [] } = profile
  for (const [index, id] of samples.entries()) selfUs.set(id, (selfUs.get(id) ?? 0) + (timeDeltas[index] ?? 0))
  const byFunction = new Map<string, number>()
  const byFile = new Map<string, number>()
  let idleUs = 0
  let busyUs = 0
  for (const node of profile.nodes) {
    const us = selfUs.get(node.id) ?? 0
    const { functionName } = node.callFrame
    if (functionName === '(idle)') idleUs += us
    if (functionName === '(idle)' || functionName === '(root)') continue
    busyUs += us
    const file = placeOf(node.callFrame.url, root)
    const label = `${functionName || '(anonymous)'} ${file}${file === '' ? '' : `:${node.callFrame.lineNumber + 1}`}`
    byFunction.set(label, (byFunction.get(label) ?? 0) + us)
    byFile.set(layerOf(file, functionName), (byFile.get(layerOf(file, functionName)) ?? 0) + us)
  }
  const lines = (times: Map<string, number>): ProfileLine[] =>
    [...times]
      .sort((a, b) => b[1] - a[1])
      .slice(0, LINES_MAX)
      .map(([name, us]) => ({ name, selfMs: Math.round(us / 1000), share: us / busyUs }))
  return {
    idleShare: idleUs / (idleUs + busyUs),
    functions: lines(byFunction),
    files: lines(byFile),
    totals: lines(totalTimes(profile, selfUs, root)),
  }
}

/** A function that calls itself counts once: its outermost call. */
function totalTimes(profile: Profiler.Profile, selfUs: Map<number, number>, root: string): Map<string, number> {
  const nodes = new Map(profile.nodes.map(node => [node.id, node]))
  const totals = new Map<string, number>()
  const visit = (id: number, above: ReadonlySet<string>): number => {
    const node = nodes.get(id)
    if (node === undefined) return 0
    const file = placeOf(node.callFrame.url, root)
    const ours = /^(src|connectors)\//.test(file) && node.callFrame.functionName !== ''
    const label = `${node.callFrame.functionName} ${file}:${node.callFrame.lineNumber + 1}`
    const isOutermost = ours && !above.has(label)
    const below = isOutermost ? new Set([...above, label]) : above
    let us = selfUs.get(id) ?? 0
    for (const child of node.children ?? []) us += visit(child, below)
    if (isOutermost) totals.set(label, (totals.get(label) ?? 0) + us)
    return us
  }
  const first = profile.nodes[0]
  if (first !== undefined) visit(first.id, new Set())
  return totals
}

function placeOf(url: string, root: string): string {
  const path = url.startsWith('file://') ? fileURLToPath(url) : url
  const modules = path.lastIndexOf('node_modules/')
  if (modules >= 0) return path.slice(modules)
  return path.startsWith(root) ? path.slice(root.length + 1) : path
}

function layerOf(file: string, functionName: string): string {
  if (file === '') return functionName === '(garbage collector)' ? functionName : '(native)'
  if (file.startsWith('node:')) return file
  return file.startsWith('node_modules/') ? (/^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file) : file
}
