import type { Table, Tables } from '../../tables.ts'
import type { Findings } from './finding.ts'
import { anything, type Flow, flowOf, madeOf, nothing, orNothing } from './flow.ts'
import { closest } from './member.ts'
import type { Native } from './natives.ts'

/** What is known of what a mapping looks up outside of its input. */
export interface Lookups {
  readonly tables?: Tables | undefined
  /** The objects of each system; undefined: nothing is known. */
  readonly systems?: Readonly<Record<string, readonly string[]>> | undefined
}

/** The different values of a column that are worth telling; more are any text. */
const VALUES_MAX = 100

/** What `$table` and `$xref` give here, and what is wrong with their names. */
export function lookupNatives({ tables, systems }: Lookups, findings: Findings): Readonly<Record<string, Native>> {
  return {
    table([name, key = nothing]) {
      const table = tables?.get(String(onlyText(name)))
      return table === undefined ? anything(key.reads, key.decidedBy) : rowFlow(table, key)
    },
    xref(args, position) {
      const [system, object] = args.map(onlyText)
      if (systems !== undefined && system !== undefined) findSystem(systems, { system, object }, position)
      return madeOf(orNothing(flowOf(['string'])), args)
    },
  }

  function findSystem(
    known: NonNullable<Lookups['systems']>,
    { system: name, object }: { system: string; object: string | undefined },
    position: number | undefined,
  ): void {
    const objects = Object.hasOwn(known, name) ? known[name] : undefined
    if (objects === undefined) {
      const near = closest(name, Object.keys(known))
      if (near === undefined) findings.add('system_unknown', { name }, { level: 'error', position })
      else findings.add('system_misspelt', { name, near }, { level: 'error', position })
    } else if (object !== undefined && !objects.includes(object)) {
      const near = closest(object, objects)
      // One that no mapping names may still be linked to.
      if (near === undefined) findings.add('object_unknown', { name, object }, { level: 'warning', position })
      else findings.add('object_misspelt', { name, object, near }, { level: 'warning', position })
    }
  }
}

const onlyText = (flow: Flow | undefined): string | undefined => {
  const [value, ...more] = flow?.values ?? []
  return typeof value === 'string' && more.length === 0 ? value : undefined
}

function rowFlow({ columns, rows }: Table, key: Flow): Flow {
  const cell = (values: ReadonlySet<string>): Flow =>
    madeOf(flowOf(['string'], values.size > VALUES_MAX ? {} : { values: [...values] }), [key])
  const all = [...rows.values()]
  if (columns.length === 1) return orNothing(cell(new Set(all.filter(row => typeof row === 'string'))))
  const members = {
    names: columns,
    isOpen: false,
    get: (name: string) =>
      columns.includes(name)
        ? orNothing(cell(new Set(all.flatMap(row => (typeof row === 'string' ? [] : (row[name] ?? []))))))
        : undefined,
  }
  return madeOf(orNothing(flowOf(['object'], { members })), [key])
}
