import { compare } from '../comparison.ts'
import type { Comparison } from '../comparison.ts'
import { createCrosswalk } from '../crosswalk.ts'
import type { Existing } from '../existing.ts'
import type { DemoStats, RunningHub } from '../hub.ts'
import type { Sandbox, VendorName } from '../sandboxes/sandbox.ts'
import type { Script } from '../story/stage.ts'
import { judgeLinks } from './links.ts'
import type { LinkVerdict } from './links.ts'
import { removalsOf } from './removals.ts'
import type { Removals } from './removals.ts'
import { judgeRenderings } from './renderings.ts'
import type { RenderingVerdict } from './renderings.ts'
import { judgeRivalries } from './rivalries.ts'
import type { RivalryVerdict } from './rivalries.ts'

/** What the day came to: the hub's word beside what the vendors themselves saw. */
export interface Verdict {
  comparison: Comparison
  links: LinkVerdict
  rivalries: RivalryVerdict
  renderings: RenderingVerdict
  removals: Removals
  /** Contacts of the CRM that sales had entered twice. */
  twice: number
  stats: DemoStats
  /** Changes by the hub that the vendors told it of, webhooks that they sent twice, and changes by the hub at all. */
  echoed: number
  repeated: number
  written: number
}

/** Judges when everything has come to rest. */
export async function judge(
  running: RunningHub,
  sandboxes: Readonly<Record<VendorName, Sandbox>>,
  existing: Existing,
  script: Script,
): Promise<Verdict> {
  const all = Object.values(sandboxes)
  const goldenRecords = await running.hub.goldenRecords()
  const crosswalk = createCrosswalk(await running.hub.crosswalk())
  const removals = removalsOf(sandboxes, script, crosswalk)
  const comparison = compare({ ...running, ...removals, crosswalk, goldenRecords, sandboxes: all })
  const total = (of: (sandbox: Sandbox) => number): number => all.reduce((sum, sandbox) => sum + of(sandbox), 0)
  return {
    comparison,
    removals,
    twice: existing.twice.length,
    links: judgeLinks(existing.known),
    rivalries: judgeRivalries(script.rivalries, sandboxes),
    renderings: judgeRenderings(all, crosswalk),
    stats: await running.hub.stats(),
    echoed: total(({ counters }) => counters.echoed),
    repeated: total(({ webhooks: { counters } }) => counters.duplicated + counters.retried),
    written: total(({ counters }) => counters.writes),
  }
}

/** True when every system holds what it must, and no vendor's echo was taken for a person's edit. */
export function isRight({ comparison, links, rivalries, renderings, removals, stats }: Verdict): boolean {
  return (
    comparison.differences.length === 0 &&
    comparison.goldenRecords > 0 &&
    links.linked === links.records &&
    rivalries.lost.length === 0 &&
    removals.unmerged.length === 0 &&
    stats.dead === 0 &&
    renderings.heard.length === 0
  )
}

/** The verdict's figures, for programs. */
export function countsOf(verdict: Verdict): Record<string, number> {
  const { links, rivalries, renderings, removals, stats, twice, echoed, repeated, written } = verdict
  const { sameField, otherField, setBack, writtenOver, lost } = rivalries
  return {
    linkedCustomers: links.customers,
    linkedRecords: links.linked,
    contactsTwice: twice,
    writtenByHub: written,
    echoesReported: echoed,
    echoesRecognised: stats.ownReports.recognised,
    renderings: renderings.rendered,
    echoesTakenForEdits: renderings.heard.length,
    conflictsSameField: sameField,
    conflictsOtherField: otherField,
    writtenOver,
    setBack,
    editsLost: lost.length,
    deletes: removals.deletes,
    restores: removals.restores,
    merges: removals.merges,
    webhooksRepeated: repeated,
    deadDeliveries: stats.dead,
  }
}
