import type { Comparison } from '../comparison.ts'
import { lenaLines } from './lena.ts'
import type { Verdict } from './verdict.ts'

const SHOWN_MAX = 20

/** The closing summary in plain words; what is wrong comes last, in full as far as it fits. */
export function verdictLines(verdict: Verdict): string[] {
  const facts = [...linkFacts(verdict), ...echoFacts(verdict), ...editFacts(verdict), ...removalFacts(verdict)]
  return [
    '',
    ...facts.map(([name, text]) => `  ${name.padEnd(12)}${text}`),
    ...lenaLines(verdict.lena),
    '',
    ...comparisonLines(verdict.comparison),
    ...mistakes(verdict),
  ]
}

type Fact = [name: string, text: string]

function linkFacts({ links, twice }: Verdict): Fact[] {
  const { linked, records, customers } = links
  return [
    [
      'first link',
      `${linked} of ${records} records that other systems had of ${customers} customers found their contact`,
    ],
    ['', `${twice} contacts were there twice`],
  ]
}

/** The vendors' own count beside the hub's, and what the vendors' books say of it. */
function echoFacts({ renderings, stats, echoed, repeated, written }: Verdict): Fact[] {
  const { recognised, news } = stats.ownReports
  return [
    ['echoes', `of ${written} changes by the hub the vendors reported ${echoed} back to it`],
    [
      '',
      `the hub recognised ${recognised} reports of them, polls and repeats included${news > 0 ? `, and heard news in ${news}` : ''}`,
    ],
    [
      '',
      `${renderings.rendered} values are kept in a vendor's own spelling; ${amount(renderings.heard.length)} taken for an edit`,
    ],
    ['webhooks', `${repeated} came more than once`],
  ]
}

function editFacts({ rivalries }: Verdict): Fact[] {
  const { sameField, otherField, setBack, writtenOver, neverTold, lost } = rivalries
  const unseen = neverTold > 0 ? `, ${neverTold} before the vendor told of it` : ''
  const customers = sameField + otherField
  return [
    [
      'conflicts',
      `${customers} customers edited at two systems within a second, ${sameField} of them in the same field`,
    ],
    ['', `${writtenOver} edits written over by a later one${unseen}; ${amount(lost.length)} lost against the rules`],
    ['', `${setBack} values set back to what they were`],
  ]
}

function removalFacts({ removals, comparison }: Verdict): Fact[] {
  const { deletes, restores, merges, unmerged } = removals
  return [
    [
      'deleted',
      `${deletes} records, ${restores} restored; ${comparison.stayedDeleted} stayed away, though another system changed the customer`,
    ],
    ['merged', `${merges} pairs of contacts; ${merges - unmerged.length} losers lead to the winner's customer`],
  ]
}

function amount(count: number): string {
  return count === 0 ? 'none' : String(count)
}

/** What the comparison found, for people; the first differences in full. */
export function comparisonLines({ goldenRecords, vendors, differences }: Comparison): string[] {
  const rows = Object.entries(vendors).map(([name, { records, fields }]) => {
    const differ = differences.filter(({ place }) => place.startsWith(`${name}/`)).length
    const result = differ === 0 ? 'all agree' : `${differ} DIFFER`
    return `  ${name.padEnd(12)}${String(records).padStart(5)} records${String(fields).padStart(7)} fields  ${result}`
  })
  const head = `Compared ${goldenRecords} golden records with what the vendors hold:`
  if (differences.length === 0) return [head, ...rows, 'All agree.']
  const shown = differences.slice(0, SHOWN_MAX).map(({ place, entity, goldenId, field, expected, found }) => {
    const values = `expected ${short(expected)}, found ${short(found)}`
    return `  ${place} ${entity} ${goldenId} ${field === 'record' ? '' : `${field}: `}${values}`
  })
  const rest = differences.length > SHOWN_MAX ? ['  ...'] : []
  return [head, ...rows, ...shown, ...rest, `${differences.length} DIFFER.`]
}

function mistakes({ lena, links, rivalries, renderings, removals, stats }: Verdict): string[] {
  const lines = [
    ...(lena.found.length === 1 ? [] : [`  Lena Fischer is ${lena.found.length} customers`]),
    ...(lena.missing.length === 0 ? [] : [`  Lena Fischer is not known by ${lena.missing.join(', ')}`]),
    ...(links.linked < links.records
      ? [`  ${links.records - links.linked} records were not linked to their customer`]
      : []),
    ...rivalries.lost.map(
      ({ kind, goldenId, meaning, system, expected, found }) =>
        `  lost edit (${kind}): ${system} has ${meaning} ${short(found)} for ${goldenId}, expected ${short(expected)}`,
    ),
    ...renderings.heard.map(
      ({ goldenId, renderedBy, writtenTo, field, value }) =>
        `  echo taken for an edit: ${renderedBy} spelled ${short(value)}, which went to ${writtenTo} as ${field} of ${goldenId}`,
    ),
    ...removals.unmerged.map(({ winnerId, loserId }) => `  Salesforce contact ${loserId} does not lead to ${winnerId}`),
    ...(stats.dead > 0 ? [`  ${stats.dead} deliveries are dead`] : []),
  ]
  return lines.length > SHOWN_MAX ? [...lines.slice(0, SHOWN_MAX), '  ...'] : lines
}

function short(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 160)
}
