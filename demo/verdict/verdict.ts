import { compare } from '../comparison.ts'
import type { Comparison } from '../comparison.ts'
import { createCrosswalk } from '../crosswalk.ts'
import type { Existing } from '../existing.ts'
import type { DemoStats, RunningHub } from '../hub.ts'
import type { Script } from '../story/stage.ts'
import type { Vendor, Vendors } from '../vendors/vendor.ts'
import { judgeLena } from './lena.ts'
import type { LenaVerdict } from './lena.ts'
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
  lena: LenaVerdict
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
  vendors: Vendors,
  existing: Existing,
  script: Script,
): Promise<Verdict> {
  const all = Object.values(vendors)
  const goldenRecords = await running.hub.goldenRecords()
  const crosswalk = createCrosswalk(await running.hub.crosswalk())
  const removals = removalsOf(vendors, script, crosswalk)
  const comparison = compare({ ...running, ...removals, crosswalk, goldenRecords, vendors: all })
  const total = (of: (vendor: Vendor) => number): number => all.reduce((sum, vendor) => sum + of(vendor), 0)
  return {
    comparison,
    lena: await judgeLena(running),
    removals,
    twice: existing.twice.length,
    links: judgeLinks(existing.known),
    rivalries: judgeRivalries(script.rivalries, vendors),
    renderings: judgeRenderings(all, crosswalk),
    stats: await running.hub.stats(),
    echoed: total(({ counters }) => counters().echoed),
    repeated: total(({ webhooks: { counters } }) => counters.duplicated + counters.retried),
    written: total(({ counters }) => counters().writes),
  }
}

/** True when every system holds what it must, and no vendor's echo was taken for a person's edit. */
export function isRight({ comparison, lena, links, rivalries, renderings, removals, stats }: Verdict): boolean {
  return (
    comparison.differences.length === 0 &&
    comparison.goldenRecords > 0 &&
    lena.found.length === 1 &&
    lena.missing.length === 0 &&
    links.linked === links.records &&
    rivalries.lost.length === 0 &&
    removals.unmerged.length === 0 &&
    stats.dead === 0 &&
    renderings.heard.length === 0
  )
}

/** The verdict's figures, for programs. */
export function countsOf(verdict: Verdict): Record<string, number> {
  const { comparison, links, rivalries, renderings, removals, stats, twice, echoed, repeated, written } = verdict
  const { sameField, otherField, setBack, writtenOver, lost } = rivalries
  const compared = Object.values(comparison.vendors)
  return {
    remoteRecords: compared.reduce((sum, { records }) => sum + records, 0),
    fields: compared.reduce((sum, { fields }) => sum + fields, 0),
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
