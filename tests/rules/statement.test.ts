import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { entityModel } from '#model/fields.ts'
import type { Json } from '#model/json.ts'
import { assertedOf, seenValueOf } from '#rules/statement/element-slots.ts'
import type { Shadow } from '#rules/statement/shadow.ts'
import { type Applied, applyStatement } from '#rules/statement/statement.ts'
import type { SourceFields, StatementContext } from '#rules/statement/source-field.ts'

const TAGS = entityModel('person').fields.get('tags') ?? expect.fail('a person has tags')

type Said = Readonly<Record<string, Json>>
interface Step extends Partial<StatementContext> {
  at: number
  say: Said
}

/** What we wrote, leased at 2 and acknowledged at 3. */
const wrote = (sent: Said, more: Partial<Shadow> = {}): Shadow => ({
  inFlight: [],
  sent,
  earlier: {},
  sentFromMs: 2,
  sentAtMs: 3,
  sentVendorAtMs: undefined,
  sentVersion: undefined,
  skewToleranceMs: 0,
  ...more,
})

/** Applies statements one after the other, keeping the record's version as interpret does. */
function play(...steps: Step[]) {
  let fields: SourceFields | undefined
  let version: string | undefined
  const changed: string[][] = []
  let applied: Applied | undefined
  steps.forEach(({ at, say, ...context }, index) => {
    applied = applyStatement(fields, say, {
      entity: 'person',
      atMs: at,
      eventId: `e${index}`,
      ...(version === undefined ? {} : { previousVersion: version }),
      ...context,
    })
    fields = applied.fields
    version = applied.version
    changed.push(applied.changed)
  })
  return { fields: fields ?? {}, changed, version, applied }
}

describe('one field', () => {
  test('a newer statement wins, an older one is no news', () => {
    const { fields, changed } = play(
      { at: 10, say: { givenName: 'A' } },
      { at: 30, say: { givenName: 'B' } },
      { at: 20, say: { givenName: 'C' } },
    )
    expect(fields.givenName).toEqual({ v: 'B', t: 30, e: 'e1' })
    expect(changed).toEqual([['givenName'], ['givenName'], []])
  })

  test('the time moves only when the value differs, yet what was seen later still holds off older statements', () => {
    const { fields, changed } = play(
      { at: 10, say: { givenName: 'A' } },
      { at: 30, say: { givenName: ' A ' } },
      { at: 20, say: { givenName: 'B' } },
    )
    expect(fields.givenName).toEqual({ v: 'A', t: 10, e: 'e0', s: 30 })
    expect(changed).toEqual([['givenName'], [], []])
  })

  test('A, B, A keeps the last A; at equal times arrival decides', () => {
    expect(
      play({ at: 1, say: { givenName: 'A' } }, { at: 2, say: { givenName: 'B' } }, { at: 3, say: { givenName: 'A' } })
        .fields.givenName,
    ).toEqual({ v: 'A', t: 3, e: 'e2' })
    expect(play({ at: 1, say: { givenName: 'A' } }, { at: 1, say: { givenName: 'B' } }).fields.givenName?.v).toBe('B')
  })

  test('absent says nothing; null counts only if a value was seen', () => {
    const first = play({ at: 2, say: { givenName: null } })
    expect(first.fields.givenName).toEqual({ v: null, t: 2, e: 'e0', a: false })
    expect(first.changed).toEqual([[]])
    const late = play({ at: 2, say: { givenName: null } }, { at: 1, say: { givenName: 'A' } })
    expect(late.fields.givenName).toEqual({ v: null, t: 2, e: 'e0' })
    expect(late.changed).toEqual([[], ['givenName']])
    const { fields, changed } = play(
      { at: 1, say: { givenName: 'A', jobTitle: 'x' } },
      { at: 2, say: { jobTitle: 'y' } },
      { at: 3, say: { givenName: null } },
      { at: 4, say: { givenName: null } },
    )
    expect(fields.givenName).toEqual({ v: null, t: 3, e: 'e2', s: 4 })
    expect(changed.slice(2)).toEqual([['givenName'], []])
  })

  test('an echo is seen and asserts nothing; a later edit is news, also back to an earlier value', () => {
    const echo = { shadow: wrote({ givenName: 'B' }) }
    const { fields, changed } = play(
      { at: 1, say: { givenName: 'A' } },
      { at: 2, say: { givenName: 'B' }, ...echo },
      { at: 3, say: { givenName: 'B' }, ...echo },
      { at: 4, say: { givenName: 'A' } },
    )
    expect(changed).toEqual([['givenName'], [], [], ['givenName']])
    expect(fields.givenName).toEqual({ v: 'A', t: 4, e: 'e3', k: 2 })
    expect(play({ at: 2, say: { givenName: 'B' }, ...echo }).fields.givenName).toEqual({
      v: 'B',
      t: 2,
      e: 'e0',
      a: false,
      k: 2,
    })
  })

  test('an earlier value of ours that is set again is news, also when the time of that tells nothing', () => {
    const shadow = wrote({ givenName: 'B' }, { sentVendorAtMs: 3, earlier: { givenName: [{ v: 'A', at: 1 }] } })
    const { changed } = play(
      { at: 3, observedAtMs: 4, say: { givenName: 'B' }, shadow },
      // Its time is that of its receipt.
      { at: 9, observedAtMs: 9, say: { givenName: 'A' }, shadow },
    )
    expect(changed).toEqual([[], ['givenName']])
  })

  test('a clock that is far ahead: a late echo of an earlier write is one, though a later write was seen at an earlier time', () => {
    // By the vendor's clock A was written at 101 and B at 103: times that lie ahead of ours count as our receipt.
    const earlier = [{ v: 'A', at: 1, ack: 2, told: 101 }]
    const shadow = wrote({ givenName: 'B' }, { sentVendorAtMs: 103, earlier: { givenName: earlier } })
    const { changed } = play(
      { at: 4, say: { givenName: 'B' }, shadow },
      { at: 101, observedAtMs: 150, say: { givenName: 'A' }, shadow },
    )
    expect(changed).toEqual([[], []])
  })

  test('a value of ours from before a later write that was seen is news, also in the reply to a third one', () => {
    // A was there at 3, then B at 6, then we wrote something else at 9, which left the field as it was found.
    const earlier = [
      { v: 'B', at: 5, ack: 7, told: 6 },
      { v: 'A', at: 2, ack: 4, told: 3 },
    ]
    const shadow = wrote(
      { givenName: 'B' },
      { sentFromMs: 9, sentAtMs: 11, sentVendorAtMs: 8, earlier: { givenName: earlier } },
    )
    const { changed } = play(
      {
        at: 6,
        observedAtMs: 6.5,
        say: { givenName: 'B' },
        shadow: wrote({ givenName: 'B' }, { sentFromMs: 5, sentAtMs: 7 }),
      },
      { at: 8, observedAtMs: 11, say: { givenName: 'A' }, shadow, ours: 'reply' },
    )
    expect(changed).toEqual([[], ['givenName']])
  })

  test('a write in flight that was seen does not come again, also where what people did after it was told before it', () => {
    const shadow = wrote({ givenName: 'A' }, { inFlight: [{ at: 10, to: '1', fields: { givenName: 'B' } }] })
    const said = (value: Json, at: number, observedAtMs: number) => ({
      at,
      observedAtMs,
      say: { givenName: value },
      shadow,
    })
    const [first, write, again] = [said('C', 12, 13), said('B', 11, 14), said('B', 15, 16)]
    expect(play(first, write, again).changed).toEqual([['givenName'], [], ['givenName']])
    // Nor is it the one that was written before what was told since, where that was known when it was leased.
    expect(play(said('C', 8, 9), said('B', 7, 14), again).changed).toEqual([['givenName'], [], []])
    expect(play(first, again).changed).toEqual([['givenName'], []])
  })

  test('a clock that is far ahead: the echo of our write is one also after an edit from before it came late', () => {
    // C was said at 104 by the vendor's clock and A written there at 105; the time of its echo lies ahead of ours.
    const shadow = wrote({ givenName: 'A' }, { sentVendorAtMs: 105 })
    const edit = (at: number) => ({ at, observedAtMs: 200, say: { givenName: 'C' }, shadow })
    const echo = { at: 201, observedAtMs: 201, say: { givenName: 'A' }, shadow }
    expect(play(edit(104), echo).changed).toEqual([['givenName'], []])
    expect(play(edit(106), echo).changed).toEqual([['givenName'], ['givenName']])
  })

  test('what another write of ours replaced is news where the last write is known to have found it there', () => {
    const earlier = [
      { v: 'B', at: 5, ack: 7, told: 6 },
      { v: 'A', at: 2, ack: 4, told: 3 },
    ]
    const last = { sentFromMs: 9, sentAtMs: 11, earlier: { givenName: earlier } }
    const shadow = wrote({ givenName: 'B' }, { ...last, sentVendorAtMs: 10, sentVersion: '3' })
    const report = { observedAtMs: 12, say: { givenName: 'A' }, shadow }
    expect(play({ ...report, at: 10, version: '3' }).changed).toEqual([['givenName']])
    expect(play({ ...report, at: 10 }).changed).toEqual([['givenName']])
    expect(play({ ...report, at: 3, version: '1' }).changed).toEqual([[]])
  })

  test('what was there before is looked at again when it is newly told while our write is under way, and stands against its echo', () => {
    const inFlight = [{ at: 5, called: true, fields: { givenName: 'B' } }]
    const before = { at: 1, observedAtMs: 2, say: { givenName: 'A' } }
    const again = { at: 6, observedAtMs: 7, say: { givenName: 'A' }, shadow: { ...wrote({}), inFlight } }
    expect(play(before, again).applied).toMatchObject({ changed: [], reappeared: ['givenName'] })
    expect(play(before, { ...again, at: 1 }).applied).toMatchObject({ changed: [], reappeared: [] })
    const shadow = wrote({ givenName: 'B' }, { sentFromMs: 5, sentAtMs: 8, sentVendorAtMs: 5.5 })
    expect(play(before, again, { at: 9, observedAtMs: 10, say: { givenName: 'B' }, shadow }).changed).toEqual([
      ['givenName'],
      [],
      ['givenName'],
    ])
  })

  test('what an earlier write of ours put there is looked at again when it is newly told while the next is under way', () => {
    const calm = wrote({ givenName: 'A' }, { sentVersion: '1', sentVendorAtMs: 3 })
    const shadow = { ...calm, inFlight: [{ at: 5, called: true, fields: { givenName: 'B' } }] }
    const echo = { at: 3, observedAtMs: 4, say: { givenName: 'A' }, version: '1', shadow: calm }
    const again = { at: 7, observedAtMs: 8, say: { givenName: 'A' }, version: '3', shadow }
    const { applied, fields } = play(echo, again)
    expect(applied).toMatchObject({ changed: [], reappeared: ['givenName'] })
    expect(fields.givenName).toMatchObject({ a: false, t: 7 })
    // Where that was not told, a third write of something else shows it.
    const earlier = [
      { v: 'B', at: 5, ack: 7, told: 6 },
      { v: 'A', at: 2, ack: 4, told: 3 },
    ]
    const third = wrote(
      { givenName: 'B' },
      { sentFromMs: 9, sentVersion: '4', sentVendorAtMs: 10, earlier: { givenName: earlier } },
    )
    expect(
      play(echo, { at: 10, observedAtMs: 12, say: { givenName: 'A' }, version: '4', shadow: third }).changed,
    ).toEqual([[], ['givenName']])
  })

  test('what our mark renders is measured by the write that it came with, not by a later one', () => {
    // A was written at 2 where A was seen already; a person wrote C there before that, and B was written at 6.
    const shadow = wrote(
      { givenName: 'B' },
      { sentFromMs: 6, sentAtMs: 8, sentVendorAtMs: 7, earlier: { givenName: [{ v: 'A', at: 2, ack: 4, told: 3 }] } },
    )
    const before = wrote({ givenName: 'A' }, { sentFromMs: 0, sentAtMs: 1, sentVendorAtMs: 1 })
    const { changed } = play(
      { at: 1, observedAtMs: 1.5, say: { givenName: 'A' }, shadow: before },
      { at: 3, observedAtMs: 9, say: { givenName: 'C' }, shadow, ours: 'author' },
    )
    expect(changed).toEqual([[], ['givenName']])
    expect(play({ at: 7, observedAtMs: 9, say: { givenName: 'b' }, shadow, ours: 'author' }).changed).toEqual([[]])
  })

  test('what stands there since an earlier write of ours, of which the last one said nothing, is no edit', () => {
    const shadow = wrote({ jobTitle: 'x' }, { sentVendorAtMs: 3, earlier: { givenName: [{ v: 'A', at: 1 }] } })
    const { changed } = play(
      { at: 4, observedAtMs: 5, say: { givenName: 'A' }, shadow },
      { at: 6, observedAtMs: 7, say: { givenName: 'B' }, shadow },
      { at: 8, observedAtMs: 9, say: { givenName: 'A' }, shadow },
    )
    expect(changed).toEqual([[], ['givenName'], ['givenName']])
  })

  test('a write of ours that arrives after a later one must be written over, and is no edit when it is seen again', () => {
    // A was leased at 1 and is still under way, B was leased at 2, and is there since 3.
    const shadow = wrote(
      { givenName: 'B' },
      { sentVendorAtMs: 3, inFlight: [{ at: 1, called: true, fields: { givenName: 'A' } }] },
    )
    const say = { givenName: 'A' }
    const first = play({ at: 4, observedAtMs: 5, say, shadow })
    expect(first.applied).toMatchObject({ changed: [], echoes: ['givenName'], reappeared: ['givenName'] })
    // Also where B was seen first.
    const late = play(
      { at: 3, observedAtMs: 4, say: { givenName: 'B' }, shadow },
      { at: 4, observedAtMs: 5, say, shadow },
    )
    expect(late.applied).toMatchObject({ changed: [], echoes: ['givenName'], reappeared: ['givenName'] })
    // By the time of the next report it is no longer known to be under way.
    const settled = { ...shadow, inFlight: [], earlier: { givenName: [{ v: 'A', at: 1 }] } }
    const again = { at: 4, observedAtMs: 9, say, shadow: settled }
    expect(play({ at: 4, observedAtMs: 5, say, shadow }, again).changed).toEqual([[], []])
    expect(play({ at: 4, observedAtMs: 5, say, shadow }, { ...again, at: 6 }).changed).toEqual([[], ['givenName']])
  })

  test('a vendor that tells no times: once our write was seen by a webhook, who sets its value back is heard', () => {
    const shadow = wrote({ givenName: 'A' })
    const edits = [
      { at: 9, say: { givenName: 'B' }, shadow },
      { at: 10, say: { givenName: 'A' }, shadow },
    ]
    const reply = { at: 3, say: { givenName: 'A' }, shadow, ours: 'reply', origin: 'reply' } as const
    const webhook = { at: 5, say: { givenName: 'A' }, shadow }
    expect(play(reply, webhook, ...edits).changed).toEqual([[], [], ['givenName'], ['givenName']])
    expect(play(reply, ...edits).changed).toEqual([[], ['givenName'], []])
  })

  test('a vendor that tells no times: a read shows our write also after an edit from before it came late', () => {
    const shadow = wrote({ givenName: 'A' })
    const edit = { at: 5, say: { givenName: 'B' }, shadow }
    const read = { at: 9, say: { givenName: 'A' }, shadow, isRead: true, origin: 'poll' } as const
    expect(play(edit, read).changed).toEqual([['givenName'], []])
    // Once a webhook showed our write, the edit came after it, and was taken back.
    const webhook = { at: 4, say: { givenName: 'A' }, shadow }
    expect(play(webhook, edit, read).changed).toEqual([[], ['givenName'], ['givenName']])
  })

  test('a vendor that tells no times: its webhooks show our writes in their order, one after the other', () => {
    // A, B and A were written at 2, 4 and 6 after C was said; then the webhooks of all come.
    const shadow = wrote(
      { givenName: 'A' },
      {
        sentFromMs: 6,
        sentAtMs: 7,
        earlier: {
          givenName: [
            { v: 'B', at: 4, ack: 5 },
            { v: 'A', at: 2, ack: 3 },
          ],
        },
      },
    )
    const webhook = (at: number, value: string) => ({ at, say: { givenName: value }, shadow })
    const late = [webhook(10, 'C'), webhook(11, 'A'), webhook(12, 'A'), webhook(13, 'B'), webhook(14, 'A')]
    const echoes = [[], [], [], []]
    expect(play(...late).changed).toEqual([['givenName'], ...echoes])
    expect(play(...late, webhook(15, 'B'), webhook(16, 'A')).changed.slice(5)).toEqual([['givenName'], ['givenName']])
  })

  test('a vendor that tells no times: a late webhook from before a write of ours shows none of our later ones', () => {
    const a = { v: 'A', at: 2, ack: 3 }
    const sentB = wrote({ givenName: 'B' }, { sentFromMs: 4, sentAtMs: 5, earlier: { givenName: [a] } })
    const earlier = { givenName: [{ v: 'B', at: 4, ack: 5 }, a] }
    const sentA = wrote({ givenName: 'A' }, { sentFromMs: 8, sentAtMs: 9, earlier })
    const webhook = (at: number, value: string, shadow: Shadow) => ({ at, say: { givenName: value }, shadow })
    const { changed } = play(
      webhook(3, 'A', wrote({ givenName: 'A' })),
      { ...webhook(5, 'B', sentB), ours: 'reply', origin: 'reply' },
      // From before B, which nobody can tell; then another one, and the webhooks of B and of the last A.
      webhook(6, 'A', sentB),
      webhook(10, 'A', sentA),
      webhook(11, 'B', sentA),
      webhook(12, 'A', sentA),
      webhook(13, 'B', sentA),
    )
    expect(changed).toEqual([[], [], ['givenName'], [], [], [], ['givenName']])
  })

  test('a vendor that tells no times: a webhook that shows in one field what stood there before a write shows that write in none', () => {
    const first = { givenName: 'A', familyName: 'X' }
    const now = { givenName: 'A', familyName: 'Y' }
    const earlier = { givenName: [{ v: 'A', at: 2, ack: 3 }], familyName: [{ v: 'X', at: 2, ack: 3 }] }
    const shadow = wrote(now, { sentFromMs: 8, sentAtMs: 9, earlier })
    const { changed, applied } = play(
      { at: 4, say: first, shadow: wrote(first) },
      // From before the second write, as is what people did then; last comes that write's own.
      { at: 10, say: first, shadow },
      { at: 11, say: { ...first, givenName: 'P' }, shadow },
      { at: 12, say: now, shadow },
    )
    expect(changed).toEqual([[], [], ['givenName'], []])
    expect(applied?.echoes).toEqual(['givenName', 'familyName'])
  })

  test('a statement that tells nothing returns the same object', () => {
    const first = applyStatement(undefined, { givenName: 'A' }, { entity: 'person', atMs: 5, eventId: 'a' })
    const again = applyStatement(first.fields, { givenName: 'A' }, { entity: 'person', atMs: 5, eventId: 'b' })
    const older = applyStatement(first.fields, { givenName: 'B' }, { entity: 'person', atMs: 4, eventId: 'c' })
    expect(again.fields).toBe(first.fields)
    expect(older.fields).toBe(first.fields)
  })

  test('unknown fields and prototype keys are left out', () => {
    const { fields } = play({ at: 1, say: JSON.parse('{"__proto__": {"x": 1}, "shoeSize": 4, "givenName": "A"}') })
    expect(Object.keys(fields)).toEqual(['givenName'])
  })
})

describe('what people said just before a vendor was written whole, as we knew it', () => {
  const told = (first: Said, then: Said) => {
    const late = { shadow: wrote(first, { sentFromMs: 4, sentAtMs: 5 }), observedAtMs: 6 }
    return play({ at: 1, say: first }, { at: 5, say: first, ...late }, { at: 3, say: then, ...late })
  }

  test('is heard late, though what they changed was put back', () => {
    const { fields, changed } = told({ familyName: 'A' }, { familyName: 'B' })
    expect(changed).toEqual([['familyName'], [], ['familyName']])
    expect(fields.familyName).toMatchObject({ v: 'B', t: 3, o: { v: 'A', t: 1, s: 5 } })
  })

  test("by the vendor's own times of our writes, whose clock is behind", () => {
    const last = wrote({ familyName: 'A' }, { sentFromMs: 104, sentAtMs: 105, sentVendorAtMs: 5 })
    const write = { v: 'A', at: 104, ack: 105, told: 5 }
    const earlier = wrote({}, { earlier: { familyName: [write] }, sentFromMs: 108, sentAtMs: 109, sentVendorAtMs: 9 })
    for (const shadow of [last, earlier]) {
      const [first, late] = [{ observedAtMs: 101 }, { shadow, observedAtMs: 110 }]
      const { fields, changed } = play(
        { at: 1, say: { familyName: 'A' }, ...first },
        { at: 5, say: { familyName: 'A' }, ...late },
        { at: 3, say: { familyName: 'B' }, ...late },
      )
      expect(changed).toEqual([['familyName'], [], ['familyName']])
      expect(fields.familyName).toMatchObject({ v: 'B', t: 3, o: { v: 'A', t: 1, s: 5 } })
    }
  })

  test('an element too, of which nobody had heard', () => {
    const shadow = wrote({ tags: ['known'] }, { sentFromMs: 4, sentAtMs: 5 })
    const [known, added] = [{ tags: ['known'] }, { tags: ['added', 'known'] }]
    // The id of its event tells when the list was first observed: before our write.
    const first = { at: 1, say: known, eventId: '00000000-0001-7000-8000-000000000000' }
    const late = { shadow, observedAtMs: 6 }
    const { fields, changed } = play(first, { at: 5, say: known, ...late }, { at: 3, say: added, ...late })
    expect(changed).toEqual([['tags'], [], ['tags']])
    expect(fields.tags && assertedOf(TAGS, fields.tags)?.v).toEqual(['added', 'known'])
    expect(fields.tags && seenValueOf(TAGS, fields.tags)).toEqual(['known'])
    // Where no write of ours came after it, its people took it away again.
    const before = { shadow: wrote({ tags: ['known'] }), observedAtMs: 6 }
    const { changed: nothing } = play(first, { at: 5, say: known, ...before }, { at: 4, say: added, ...before })
    expect(nothing).toEqual([['tags'], [], []])
  })

  test('a refusal too', () => {
    const consent = (status: string) => ({
      consents: [{ channel: 'email', purpose: 'marketing', status, origin: 'explicit' }],
    })
    expect(told(consent('granted'), consent('denied')).changed[2]).toEqual(['consents'])
  })

  test('is not what was an echo, which is run again when nobody remembers the write', () => {
    const first = { at: 1, say: { familyName: 'A' } }
    const written = {
      at: 5,
      say: { familyName: 'B' },
      shadow: wrote({ familyName: 'B' }, { sentFromMs: 4, sentAtMs: 5 }),
    }
    const later = { shadow: wrote({ familyName: 'C' }, { sentFromMs: 7, sentAtMs: 8 }) }
    const seen = { at: 9, say: { familyName: 'C' }, ...later }
    const again = { at: 5, say: { familyName: 'B' }, ...later }
    expect(play(first, written, seen, again).changed[3]).toEqual(['familyName'])
    expect(play(first, written, seen, { ...again, echoed: new Set(['familyName']) }).changed[3]).toEqual([])
  })

  test('is heard also after we have written something else', () => {
    const shadow = wrote(
      { familyName: 'C' },
      { earlier: { familyName: [{ v: 'A', at: 4 }] }, sentFromMs: 7, sentAtMs: 8 },
    )
    const { changed } = play(
      { at: 1, say: { familyName: 'A' } },
      { at: 5, say: { familyName: 'A' }, shadow, observedAtMs: 6 },
      { at: 3, say: { familyName: 'B' }, shadow, observedAtMs: 9 },
    )
    expect(changed).toEqual([['familyName'], [], ['familyName']])
    // Also where that was seen, and the vendor tells versions.
    const versions = play(
      { at: 1, version: '1', say: { familyName: 'A' } },
      { at: 5, version: '3', say: { familyName: 'A' }, shadow, observedAtMs: 6 },
      { at: 7, version: '4', say: { familyName: 'C' }, shadow, observedAtMs: 7.5 },
      { at: 3, version: '2', say: { familyName: 'B' }, shadow, observedAtMs: 9 },
    )
    expect(versions.changed).toEqual([['familyName'], [], [], ['familyName']])
  })

  test('is heard also after the whole record was written again and again', () => {
    const shadow = wrote(
      { familyName: 'A' },
      { earlier: { familyName: [{ v: 'A', at: 1, ack: 2, again: { at: 4, ack: 5 } }] }, sentFromMs: 7, sentAtMs: 8 },
    )
    const late = { shadow, observedAtMs: 9 }
    const seen: Step[] = [
      { at: 1, say: { familyName: 'A' } },
      { at: 5, say: { familyName: 'A' }, shadow, observedAtMs: 6 },
    ]
    expect(play(...seen, { at: 3, say: { familyName: 'B' }, ...late }).changed[2]).toEqual(['familyName'])
    // What was said after that write, and was gone before the next one, its people took back themselves.
    const after: Step[] = [...seen, { at: 6.5, say: { familyName: 'A' }, ...late }]
    expect(play(...after, { at: 6, say: { familyName: 'B' }, ...late }).changed[3]).toEqual([])
  })

  test('that a field or an element of ours was taken away is heard although it was never seen there', () => {
    const shadow = wrote({ familyName: 'A', tags: ['ours'] })
    const emptied = { familyName: null, tags: [] }
    expect(play({ at: 5, say: emptied, shadow, observedAtMs: 6 }).changed).toEqual([['familyName', 'tags']])
    // Before our write there was nothing to empty.
    expect(play({ at: 1, say: emptied, shadow, observedAtMs: 6 }).changed).toEqual([[]])
    const twice = { ...shadow, earlier: { familyName: [{ v: 'A', at: 2, ack: 3 }] }, sentFromMs: 7, sentAtMs: 8 }
    expect(play({ at: 5, say: { familyName: null }, shadow: twice, observedAtMs: 9 }).changed).toEqual([['familyName']])
  })

  test('is heard also after we have written the same once more', () => {
    // Written from 4 to 6, where it overwrote what was said at 5, and again from 8.
    const shadow = wrote(
      { familyName: 'A' },
      { earlier: { familyName: [{ v: 'A', at: 4, ack: 6 }] }, sentFromMs: 8, sentAtMs: 9 },
    )
    const { changed } = play(
      { at: 1, say: { familyName: 'A' } },
      { at: 6, say: { familyName: 'A' }, shadow, observedAtMs: 7 },
      { at: 5, say: { familyName: 'B' }, shadow, observedAtMs: 10 },
    )
    expect(changed).toEqual([['familyName'], [], ['familyName']])
  })

  test('is heard where we emptied the field more than once since', () => {
    const shadow = wrote(
      { familyName: null },
      { earlier: { familyName: [{ v: null, at: 2, ack: 3 }] }, sentFromMs: 8, sentAtMs: 9 },
    )
    const { changed } = play(
      { at: 3, say: { familyName: null }, shadow, observedAtMs: 4 },
      { at: 2, say: { familyName: 'B' }, shadow, observedAtMs: 10 },
    )
    expect(changed).toEqual([[], ['familyName']])
  })

  test('is no news where the old value was seen again before the write: they set it back themselves', () => {
    const shadow = wrote({ familyName: 'A' }, { sentFromMs: 8, sentAtMs: 9 })
    const { changed } = play(
      { at: 1, say: { familyName: 'A' } },
      { at: 5, say: { familyName: 'A' } },
      { at: 3, say: { familyName: 'B' }, shadow, observedAtMs: 10 },
    )
    expect(changed).toEqual([['familyName'], [], []])
  })
})

describe('versions go before times', () => {
  test('the higher version wins although its time is earlier', () => {
    const { fields, version } = play(
      { at: 10, version: '9', say: { givenName: 'A' } },
      { at: 5, version: '10', say: { givenName: 'B' } },
      { at: 99, version: '9', say: { givenName: 'C' } },
    )
    expect(fields.givenName?.v).toBe('B')
    expect(version).toBe('10')
  })

  test('partial statements: a late one wins over an older field and loses to a newer one', () => {
    const { fields } = play(
      { at: 1, version: '3', say: { givenName: 'A', jobTitle: 'x' } },
      { at: 1, version: '5', say: { givenName: 'B' } },
      { at: 1, version: '4', say: { givenName: 'C', jobTitle: 'y', department: 'z' } },
    )
    expect([fields.givenName?.v, fields.jobTitle?.v, fields.department?.v]).toEqual(['B', 'y', 'z'])
    expect([fields.givenName?.r, fields.jobTitle?.r]).toEqual([undefined, '4'])
  })

  test('opaque versions leave it to the time', () => {
    const { fields } = play(
      { at: 10, version: 'x9', say: { givenName: 'A' } },
      { at: 5, version: 'a1', say: { givenName: 'B' } },
    )
    expect(fields.givenName?.v).toBe('A')
  })
})

describe('union', () => {
  test('each addition and removal is a statement of its own time', () => {
    const { fields, changed } = play(
      { at: 1, say: { tags: ['a', 'b'] } },
      { at: 2, say: { tags: ['B', 'c'] } },
      { at: 3, say: { tags: ['B', 'c'] } },
    )
    expect(fields.tags).toEqual({
      v: ['B', 'c'],
      t: 2,
      e: 'e1',
      s: 3,
      u: { a: { t: 2, e: 'e1', x: true } },
    })
    expect(changed).toEqual([['tags'], ['tags'], []])
  })

  test('an older list says nothing, null takes all away, an empty list is remembered', () => {
    expect(play({ at: 2, say: { tags: ['a'] } }, { at: 1, say: { tags: ['b'] } }).fields.tags?.v).toEqual(['a'])
    expect(play({ at: 2, say: { tags: [] } }, { at: 1, say: { tags: ['b'] } }).fields.tags?.v).toEqual([])
    const { fields } = play({ at: 1, say: { tags: ['a'] } }, { at: 2, say: { tags: null } })
    expect(fields.tags).toMatchObject({ v: [], u: { a: { t: 2, x: true } } })
  })

  test('an echo neither adds nor takes away, and keeps what the system itself had said', () => {
    const { fields, changed } = play(
      { at: 1, say: { tags: ['own', 'gone'] } },
      { at: 2, say: { tags: ['own', 'ours'] }, shadow: wrote({ tags: ['own', 'ours'] }) },
      { at: 3, say: { tags: ['own', 'ours', 'new'] } },
    )
    expect(changed).toEqual([['tags'], [], ['tags']])
    expect(fields.tags).toMatchObject({ v: ['gone', 'new', 'ours', 'own'], t: 3, e: 'e2' })
    expect(fields.tags?.u).toEqual({
      own: { t: 1, e: 'e0', k: 2 },
      ours: { t: 2, e: 'e1', a: false, k: 2 },
      gone: { t: 1, e: 'e0', o: { t: 2, e: 'e1' }, k: 2 },
    })
    expect(fields.tags && seenValueOf(TAGS, fields.tags)).toEqual(['new', 'ours', 'own'])
    expect(fields.tags && assertedOf(TAGS, fields.tags)?.v).toEqual(['gone', 'new', 'own'])
  })

  test('a list told late, behind our write: what it added is heard, and it took nothing away that was not there', () => {
    const { fields, changed } = play(
      { at: 4, say: { tags: ['ours'] }, shadow: wrote({ tags: ['ours'] }) },
      { at: 1, say: { tags: ['own'] }, shadow: wrote({ tags: ['ours'] }) },
    )
    expect(changed).toEqual([[], ['tags']])
    expect(fields.tags && assertedOf(TAGS, fields.tags)?.v).toEqual(['own'])
    expect(fields.tags && seenValueOf(TAGS, fields.tags)).toEqual(['ours'])
    expect(fields.tags?.u?.['ours']).toMatchObject({ a: false })
  })

  test('what our write overwrote is heard before that write is acknowledged', () => {
    const shadow: Shadow = {
      ...wrote({}),
      inFlight: [{ at: 2, fields: { tags: ['ours'] } }],
      sent: undefined,
      sentFromMs: undefined,
      sentAtMs: undefined,
    }
    const { changed } = play({ at: 3, say: { tags: ['ours'] }, shadow }, { at: 1, say: { tags: ['own'] }, shadow })
    expect(changed).toEqual([[], ['tags']])
  })

  test('what was taken away just before our write of another element put it back is heard late', () => {
    const both = wrote({ tags: ['ours', 'own'] })
    const { fields, changed } = play(
      { at: 1, say: { tags: ['own'] } },
      { at: 4, say: { tags: ['ours', 'own'] }, shadow: both },
      { at: 3, say: { tags: [] }, shadow: both, observedAtMs: 6 },
    )
    expect(changed).toEqual([['tags'], [], ['tags']])
    expect(fields.tags && assertedOf(TAGS, fields.tags)?.v).toEqual([])
    expect(fields.tags && seenValueOf(TAGS, fields.tags)).toEqual(['ours', 'own'])
  })

  test('our earlier list, which overwrote an element that our later one has too, takes nothing away', () => {
    const shadow = wrote(
      { tags: ['ours', 'own'] },
      { earlier: { tags: [{ v: ['ours'], at: 2 }] }, sentFromMs: 4, sentAtMs: 5 },
    )
    const late = { observedAtMs: 6, shadow }
    const { changed } = play({ at: 1, say: { tags: ['own'] }, ...late }, { at: 3, say: { tags: ['ours'] }, ...late })
    expect(changed).toEqual([[], []])
  })

  test('a vendor that tells no times: what is taken away of our list is heard once that list was seen by a webhook', () => {
    const first = wrote({ tags: ['ours'] })
    const second = wrote(
      { tags: ['more', 'ours', 'own'] },
      { earlier: { tags: [{ v: ['ours'], at: 2, ack: 3 }] }, sentFromMs: 6, sentAtMs: 7 },
    )
    const before = [
      { at: 4, say: { tags: ['ours'] }, shadow: first },
      { at: 5, say: { tags: ['ours', 'own'] }, shadow: first },
    ]
    const seen = { at: 8, say: { tags: ['more', 'ours', 'own'] }, shadow: second }
    const taken = { at: 9, say: { tags: ['more', 'ours'] }, shadow: second }
    expect(play(...before, seen, taken).changed).toEqual([[], ['tags'], [], ['tags']])
    expect(play(...before, { ...seen, ours: 'reply', origin: 'reply' }, taken).changed.at(-1)).toEqual([])
  })

  test('extra: member by member, each in its own order', () => {
    const { fields, changed } = play(
      { at: 5, say: { extra: { x: 1 } } },
      { at: 3, say: { extra: { y: 2, x: 9 } } },
      { at: 7, say: { extra: { x: null } } },
      { at: 6, say: { extra: { x: 8 } } },
      { at: 9, say: { extra: { z: null } } },
      { at: 8, say: { extra: { z: 1 } } },
    )
    expect(fields.extra).toMatchObject({ v: { y: 2 }, u: { y: { t: 3 } } })
    expect(changed).toEqual([['extra'], ['extra'], ['extra'], [], [], []])
  })
})

describe('consent', () => {
  const base = { channel: 'email', purpose: 'marketing' }
  const granted = { ...base, status: 'granted', evidence: { method: 'form', text: 'yes' } }
  const denied = { ...base, status: 'denied' }

  test('a later refusal stands, an earlier grant does not undo it, absence says nothing', () => {
    const { fields } = play(
      { at: 1, say: { consents: [granted] } },
      { at: 3, say: { consents: [denied] } },
      { at: 2, say: { consents: [granted] } },
      { at: 4, say: { consents: [] } },
      { at: 5, say: { consents: null } },
    )
    expect(fields.consents).toEqual({ v: [denied], t: 3, e: 'e1' })
  })

  test('what we wrote is an echo also where the vendor keeps less of it than we know', () => {
    const sent = { ...denied, at: '2026-01-01T00:00:00.000Z' }
    const { changed } = play(
      { at: 2, say: { consents: [denied] }, shadow: wrote({ consents: [sent] }) },
      { at: 900, say: { consents: [denied] }, shadow: wrote({ consents: [sent] }, { sentFromMs: 50, sentAtMs: 60 }) },
    )
    expect(changed).toEqual([[], []])
  })

  test('a default, a bare flag or an import without evidence does not replace what was said', () => {
    const said = { at: 1, say: { consents: [denied] } }
    for (const [claim, more] of [
      [{ ...base, status: 'granted', origin: 'default' }, {}],
      [{ ...base, status: 'granted' }, {}],
      [{ ...base, status: 'granted' }, { origin: 'import' }],
      [{ ...base, status: 'pending' }, {}],
    ] as [Json, object][]) {
      expect(play(said, { at: 2, say: { consents: [claim] }, ...more }).fields.consents?.v).toEqual([denied])
    }
    expect(
      play({ at: 1, say: { consents: [{ ...base, status: 'granted' }] }, origin: 'import' }).fields.consents?.v,
    ).toEqual([{ ...base, status: 'granted', origin: 'import' }])
  })

  test('a snapshot that repeats the status without evidence keeps the evidence and holds off older statements', () => {
    const { fields } = play(
      { at: 1, say: { consents: [granted] } },
      { at: 5, say: { consents: [{ ...base, status: 'granted' }] } },
      { at: 3, say: { consents: [denied] } },
    )
    expect(fields.consents).toMatchObject({ v: [granted], t: 1, e: 'e0' })
  })

  test('what was said at a time of its own is not moved by later reports of it', () => {
    const on = (seconds: number, consent: object) => ({ ...consent, at: new Date(seconds * 1000).toISOString() })
    const { fields } = play(
      { at: 9000, say: { consents: [on(1, granted)] } },
      { at: 10000, say: { consents: [on(2, denied)] } },
      { at: 11000, say: { consents: [on(1, granted)] } },
    )
    expect(fields.consents?.v).toEqual([on(2, denied)])
  })

  test('at the same time the more restrictive stands, in any order', () => {
    expect(
      play({ at: 1, say: { consents: [denied] } }, { at: 1, say: { consents: [granted] } }).fields.consents?.v,
    ).toEqual([denied])
    expect(
      play({ at: 1, say: { consents: [granted] } }, { at: 1, say: { consents: [denied] } }).fields.consents?.v,
    ).toEqual([denied])
  })
})

describe('properties', () => {
  const values = fc.constantFrom<Json>('A', 'B', 'C', null)
  const steps = fc.uniqueArray(fc.record({ at: fc.integer({ min: 1, max: 50 }), givenName: values }), {
    selector: step => step.at,
    minLength: 1,
    maxLength: 8,
  })

  test('whatever the order of arrival, the newest statement stands', () => {
    fc.assert(
      fc.property(steps, list => {
        const newest = list.toSorted((left, right) => right.at - left.at)[0]
        const { fields } = play(...list.map(({ at, givenName }) => ({ at, say: { givenName } })))
        expect(fields.givenName?.v ?? null).toBe(newest?.givenName ?? null)
      }),
    )
  })

  test('tags: in any order of arrival the newest list is what was seen', () => {
    const lists = fc.uniqueArray(
      fc.record({
        at: fc.integer({ min: 1, max: 50 }),
        tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', '__proto__')),
      }),
      { selector: step => step.at, minLength: 1, maxLength: 8 },
    )
    fc.assert(
      fc.property(lists, list => {
        const newest = list.toSorted((left, right) => right.at - left.at)[0]
        const { fields } = play(...list.map(({ at, tags }) => ({ at, say: { tags } })))
        expect(fields.tags?.v).toEqual(newest?.tags.toSorted())
      }),
    )
  })

  test('saying the same once more changes nothing', () => {
    fc.assert(
      fc.property(steps, list => {
        const played = list.map(({ at, givenName }) => ({ at, say: { givenName, tags: [JSON.stringify(givenName)] } }))
        const last = played.at(-1)
        const once = play(...played)
        const twice = play(...played, ...(last ? [last] : []))
        expect(twice.fields).toEqual(once.fields)
        expect(twice.changed.at(-1)).toEqual([])
      }),
    )
  })
})

describe('what was read back after an event with our author mark', () => {
  const sent = { givenName: 'Anna Maria Margareta', jobTitle: 'Director A' }
  const after = (say: Said, context: Partial<StatementContext>) =>
    play(
      { at: 1, say: { givenName: 'x', jobTitle: 'y' } },
      { at: 4, say, shadow: wrote(sent), ours: 'author', ...context },
    ).changed[1]

  test('is our write where it resembles it, in another spelling or cut', () => {
    expect(after({ givenName: 'ANNA MARIA MARGARETA' }, { isRead: true })).toEqual([])
    expect(after({ givenName: 'Anna Maria Margareta von' }, { isRead: true })).toEqual(['givenName'])
    const long = wrote({ givenName: 'Anna Maria Margareta von und zu Stein' })
    expect(after({ givenName: 'Anna Maria Margareta von' }, { isRead: true, shadow: long })).toEqual([])
  })

  test('is else an edit of the next moment, which a whole report with our mark cannot be', () => {
    expect(after({ jobTitle: 'Director B' }, { isRead: true })).toEqual(['jobTitle'])
    expect(after({ jobTitle: 'Director B' }, {})).toEqual([])
  })

  test('is an edit too in a whole report of our last write, of a field that this left as it was; not in that of one before it', () => {
    // Two fields were written at 3 by the vendor's clock; the next write, at 6, told of others.
    const earlier = Object.fromEntries(
      Object.entries(sent).map(([name, v]) => [name, [{ v, at: 2, ack: 4, told: 3, left: 5 }]]),
    )
    const shadow = wrote(sent, { sentFromMs: 5, sentAtMs: 7, sentVendorAtMs: 6, earlier })
    const told = { observedAtMs: 9, shadow }
    expect(after({ jobTitle: 'Director B' }, { ...told, atMs: 6 })).toEqual(['jobTitle'])
    expect(after({ givenName: 'ANNA MARIA MARGARETA' }, { ...told, atMs: 6 })).toEqual([])
    expect(after({ jobTitle: 'Director B' }, { ...told, atMs: 3 })).toEqual([])
    // A call under way that tells of it may have come.
    const inFlight = [{ at: 8, to: '1', fields: { jobTitle: 'Director C' } }]
    expect(after({ jobTitle: 'Director B' }, { ...told, atMs: 9, shadow: { ...shadow, inFlight } })).toEqual([])
    expect(after({ jobTitle: 'Director B' }, { ...told, atMs: 9 })).toEqual(['jobTitle'])
  })

  test('is what people set again, where they had said something else after our write', () => {
    const shadow = wrote(sent, { sentVendorAtMs: 3 })
    const edit = { at: 5, observedAtMs: 6, say: { givenName: 'B' }, shadow }
    const again = { observedAtMs: 8, say: { givenName: sent.givenName }, shadow, isRead: true, ours: 'author' } as const
    expect(play(edit, { ...again, at: 7 }).changed).toEqual([['givenName'], ['givenName']])
    expect(play({ ...edit, at: 2 }, { ...again, at: 3 }).changed).toEqual([['givenName'], []])
  })
})

test('of a vendor without times the reply tells how things were after its write, though the echo of an earlier one came meanwhile', () => {
  const earlier = { department: [{ v: 'B', at: 50, ack: 60 }] }
  const shadow = wrote({ department: 'A' }, { sentFromMs: 100, sentAtMs: 110, earlier })
  const next = wrote({ department: 'A', jobTitle: 'J' }, { sentFromMs: 120, sentAtMs: 130, earlier })
  const { fields, changed } = play(
    {
      at: 50,
      observedAtMs: 60,
      say: { department: 'B' },
      origin: 'reply',
      ours: 'reply',
      shadow: wrote({ department: 'B' }, { sentFromMs: 50, sentAtMs: 60 }),
    },
    { at: 105, say: { department: 'B' }, shadow },
    { at: 100, observedAtMs: 110, say: { department: 'A' }, origin: 'reply', ours: 'reply', shadow },
    {
      at: 120,
      observedAtMs: 130,
      say: { department: 'C', jobTitle: 'J' },
      origin: 'reply',
      ours: 'reply',
      shadow: next,
    },
  )
  expect(changed).toEqual([[], [], [], ['department']])
  expect(fields.department?.v).toBe('C')
})

test('of a vendor without times the report of a write that left a value standing may come after the next write has replaced it', () => {
  const first = wrote({ department: 'A' }, { sentFromMs: 50, sentAtMs: 60 })
  // The write of 100 said nothing of the department.
  const earlier = { department: [{ v: 'A', at: 50, ack: 60, stood: 100 }] }
  const next = wrote({ department: 'D' }, { sentFromMs: 120, sentAtMs: 130, earlier })
  const webhook = (at: number, department: string, shadow: Shadow) => ({ at, say: { department }, shadow })
  const { changed } = play(
    webhook(61, 'A', first),
    { at: 120, observedAtMs: 130, say: { department: 'D' }, origin: 'reply', ours: 'reply', shadow: next },
    webhook(140, 'A', next),
    webhook(150, 'D', next),
    // Each of the two writes was seen: this one is set anew.
    webhook(160, 'A', next),
  )
  expect(changed).toEqual([[], [], [], [], ['department']])
})

test('the reply of a write shows what its people set just before it, also when a later write of ours was answered meanwhile', () => {
  const first = wrote({ department: 'A' }, { sentFromMs: 40, sentAtMs: 52, sentVendorAtMs: 50 })
  // The write that came at 105 said nothing of the department, the one that came at 130 did.
  const earlier = { department: [{ v: 'A', at: 40, ack: 52, told: 50 }] }
  const last = wrote({ department: 'D' }, { sentFromMs: 120, sentAtMs: 132, sentVendorAtMs: 130, earlier })
  const reply = { origin: 'reply', ours: 'reply' } as const
  const { changed, fields } = play(
    { ...reply, at: 50, observedAtMs: 52, say: { department: 'A' }, shadow: first },
    { ...reply, at: 105, observedAtMs: 107, say: { department: 'C' }, shadow: last },
    { ...reply, at: 130, observedAtMs: 132, say: { department: 'D' }, shadow: last },
  )
  expect(changed).toEqual([[], ['department'], []])
  expect(fields.department).toMatchObject({ v: 'C', o: { v: 'D' } })
})

test('of a consent the reply shows what its people set again, not what we wrote before the write that was seen', () => {
  const consent = (status: string) => [{ channel: 'email', purpose: 'marketing', status, origin: 'explicit' }]
  const granted = { v: consent('granted'), at: 20, ack: 30 }
  const denied = { v: consent('denied'), at: 50, ack: 60 }
  const reply = (at: number, status: string, earlier: (typeof granted)[]) => ({
    at,
    observedAtMs: at + 10,
    say: { consents: consent(status) },
    origin: 'reply' as const,
    ours: 'reply' as const,
    shadow: wrote(
      { consents: consent(at === 20 ? 'granted' : 'denied') },
      { sentFromMs: at, sentAtMs: at + 10, earlier: { consents: earlier } },
    ),
  })
  const { changed } = play(
    reply(20, 'granted', []),
    reply(50, 'denied', [granted]),
    reply(80, 'granted', [denied, granted]),
  )
  expect(changed).toEqual([[], [], ['consents']])
})

test('of a consent the reply of a write that came after a later one shows what that put there', () => {
  const consent = (status: string) => [{ channel: 'email', purpose: 'marketing', status, origin: 'explicit' }]
  const earlier = { consents: [{ v: consent('granted'), at: 40 }] }
  const reply = (at: number, status: string, more: Partial<Shadow>): Step => ({
    at,
    observedAtMs: (more.sentAtMs ?? at) + 1,
    say: { consents: consent(status) },
    origin: 'reply',
    ours: 'reply',
    shadow: wrote({ consents: consent(status) }, more),
  })
  // Around a merge: granted by the write that was leased at 40 and came at 50, denied by the one of 20, which came at 60.
  const granted = reply(50, 'granted', { sentFromMs: 40, sentAtMs: 52, sentVendorAtMs: 50 })
  const denied = (at: number) => reply(at, 'denied', { sentFromMs: 20, sentAtMs: 62, sentVendorAtMs: 60, earlier })
  expect(play(granted, denied(60)).changed).toEqual([[], []])
  // At another time of the vendor people set it.
  expect(play(granted, denied(61)).changed).toEqual([[], ['consents']])
})

describe('a vendor without times that is read long after our write', () => {
  const shadow = wrote({ givenName: 'A' }, { sentFromMs: 100, sentAtMs: 110 })
  const said = { at: 120, say: { givenName: 'C' }, shadow }
  const read = { at: 400, say: { givenName: 'A' }, origin: 'poll', isRead: true, shadow } as const

  test('shows our write, whose own webhook is on its way yet, as may have been what people said before it', () => {
    const { changed, fields } = play(said, read)
    expect(changed).toEqual([['givenName'], []])
    expect(fields.givenName).toMatchObject({ v: 'C', o: { v: 'A' } })
  })

  test('shows what people set back, where the webhook of our write came before what they said first', () => {
    expect(play({ at: 115, say: { givenName: 'A' }, shadow }, said, read).changed.at(-1)).toEqual(['givenName'])
  })
})

test('of a vendor without times our write is known, where what was read before it came once more by a late webhook', () => {
  const shadow = wrote({ mobile: '+86 139 2056 2249' }, { sentFromMs: 100, sentAtMs: 110 })
  const own = { mobile: '+86 139 2059 3925' }
  const { changed } = play(
    { at: 90, observedAtMs: 80, say: own, origin: 'read', isRead: true },
    { at: 120, say: own, shadow },
    { at: 130, say: { mobile: '+86 139 2056 2249' }, shadow },
  )
  expect(changed).toEqual([['mobile'], [], []])
})

test('what people set back is theirs, where other fields showed that the call in flight had come before they changed it', () => {
  const shadow = { ...wrote({}), sent: undefined, inFlight: [{ at: 5, fields: { givenName: 'A', jobTitle: 'J' } }] }
  const { changed } = play(
    { at: 10, observedAtMs: 12, version: '2', say: { givenName: 'A', jobTitle: 'K' }, shadow },
    { at: 20, observedAtMs: 22, version: '3', say: { givenName: 'A', jobTitle: 'J' }, shadow },
  )
  expect(changed).toEqual([['jobTitle'], ['jobTitle']])
})

test('a call in flight has not come for that: other fields show what it repeats of the last write', () => {
  const fields = { givenName: 'A', jobTitle: 'J' }
  const shadow = { ...wrote({ givenName: 'A' }), inFlight: [{ at: 115, fields }] }
  const { changed } = play(
    { at: 120, observedAtMs: 122, version: '2', say: { givenName: 'A', jobTitle: 'K' }, shadow },
    { at: 130, observedAtMs: 132, version: '3', say: fields, shadow },
  )
  expect(changed).toEqual([['jobTitle'], []])
})

test('the echo of a call of unknown fate is looked at again, where it put something else there than we last sent', () => {
  const own = { at: 1, say: { givenName: 'A' } }
  const echo = (called: boolean, givenName: string) => {
    const inFlight = [{ at: 5, called, fields: { givenName: 'B' } }]
    const shadow = { ...wrote({ givenName }, { sentAtMs: undefined }), inFlight }
    return play(own, { at: 6, observedAtMs: 8, say: { givenName: 'B' }, shadow }).applied
  }
  expect(echo(false, 'A')).toMatchObject({ changed: [], echoes: ['givenName'], reappeared: ['givenName'] })
  expect(echo(false, 'B')?.reappeared).toEqual([])
  expect(echo(true, 'A')?.reappeared).toEqual([])
})

test("a vendor's time in the very millisecond in which its record began to be read is its own", () => {
  const shadow = wrote({ givenName: 'A' }, { sentVendorAtMs: 4, skewToleranceMs: 1_000 })
  const own = { at: 10, observedAtMs: 10, isRead: true, shadow }
  const edited = { at: 9, observedAtMs: 9, say: { givenName: 'C' }, shadow }
  // Our write was not seen there, and its echo may still come; not one that the vendor says is later.
  expect(play(edited, { ...own, say: { givenName: 'A' } }).changed.at(-1)).toEqual([])
  expect(play(edited, { ...own, toldAtMs: 10, say: { givenName: 'A' } }).changed.at(-1)).toEqual(['givenName'])
})

test('of a vendor that tells no times, each write of a value that was written again and again has an echo of its own', () => {
  const earlier = { givenName: [{ v: 'A', at: 10, ack: 11, again: { at: 20, ack: 21 } }] }
  const shadow = wrote({ givenName: 'A' }, { earlier, sentFromMs: 30, sentAtMs: 31 })
  const own: Step = { at: 42, say: { givenName: 'B' }, shadow }
  const echo = (at: number): Step => ({ at, say: { givenName: 'A' }, shadow })
  expect(play(echo(40), echo(41), own, echo(43)).changed).toEqual([[], [], ['givenName'], []])
  expect(play(echo(39), echo(40), echo(41), own, echo(43)).changed.at(-1)).toEqual(['givenName'])
})
