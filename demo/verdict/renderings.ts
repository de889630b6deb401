import type { Json } from '#model/json.ts'
import type { Crosswalk } from '../crosswalk.ts'
import type { Entry } from '../vendors/journal.ts'
import type { Vendor } from '../vendors/vendor.ts'

/** A vendor's own spelling of what the hub wrote there, found again in what the hub wrote to a system afterwards. */
export interface HeardRendering {
  goldenId: string
  renderedBy: string
  writtenTo: string
  field: string
  value: string
}

export interface RenderingVerdict {
  /** Values that a vendor keeps in another spelling than the hub wrote. */
  rendered: number
  heard: HeardRendering[]
}

/** Fields that vendors spell their own way; a name may stand in parts or whole. */
const PARTS: Readonly<Record<string, 'name' | 'city'>> = {
  FirstName: 'name',
  LastName: 'name',
  firstname: 'name',
  lastname: 'name',
  FNAME: 'name',
  LNAME: 'name',
  name: 'name',
}

/**
 * Looks for echoes that were taken as edits: a vendor's rendering of a value goes out to another system though no person
 * typed it anywhere. The crosswalk tells whose record it is.
 */
export function judgeRenderings(vendors: readonly Vendor[], crosswalk: Crosswalk): RenderingVerdict {
  const rendered: Spelling[] = []
  const written: Spelling[] = []
  const typed = new Map<string, Set<string>>()
  for (const vendor of vendors) {
    for (const entry of vendor.journal.entries()) {
      const goldenId = crosswalk.of(vendor.name, entry.object, entry.id)?.goldenId
      if (goldenId === undefined) continue
      const about = { goldenId, system: vendor.name }
      for (const spelling of spellingsOf(entry)) {
        if (entry.author === 'person')
          typed.getOrInsertComputed(about.goldenId, () => new Set()).add(`${spelling.part} ${spelling.kept}`)
        else written.push({ ...about, ...spelling })
        if (entry.author === 'api' && spelling.given !== spelling.kept) rendered.push({ ...about, ...spelling })
      }
    }
  }
  const byCustomer = Map.groupBy(written, ({ goldenId }) => goldenId)
  const heard = rendered.flatMap(({ goldenId, part, kept, system }): HeardRendering[] => {
    if (typed.get(goldenId)?.has(`${part} ${kept}`) === true) return []
    const again = byCustomer.get(goldenId)?.find(one => one.part === part && contains(one.given, kept))
    return again ? [{ goldenId, renderedBy: system, writtenTo: again.system, field: again.field, value: kept }] : []
  })
  return { rendered: rendered.length, heard }
}

interface Spelling {
  goldenId: string
  system: string
  field: string
  part: 'name' | 'city'
  /** As it was written, and as the vendor keeps it. */
  given: string
  kept: string
}

function spellingsOf({ given, row }: Entry): Pick<Spelling, 'field' | 'part' | 'given' | 'kept'>[] {
  return Object.entries(given).flatMap(([field, value]) => {
    const part = Object.hasOwn(PARTS, field) ? PARTS[field] : undefined
    const kept = row.fields[field]
    return part && isText(value) && isText(kept) ? [{ field, part, given: value, kept }] : []
  })
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

/** Whole words only: `Van Der Berg` is in `Ana Van Der Berg`. */
function contains(text: string, words: string): boolean {
  return ` ${text} `.includes(` ${words} `)
}
