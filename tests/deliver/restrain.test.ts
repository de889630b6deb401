import { describe, expect, test } from 'vitest'
import type { Decision } from '#deliver/decide/decision.ts'
import { type Flips } from '#deliver/decide/flips.ts'
import { restrain, type Restraints } from '#deliver/brake/restrain.ts'

const MINUTE = 60_000
const write = (changed: Record<string, string>, more: Partial<Decision & { kind: 'write' }> = {}) =>
  ({ kind: 'write', document: { id: 'g', ...changed }, changed, remoteId: 'r', look: false, ...more }) as const
const under = (more: Partial<Restraints> = {}): Restraints => ({
  linkState: 'live',
  brake: undefined,
  flips: {},
  sent: { id: 'g', stage: 'a' },
  isAgain: false,
  nowMs: 0,
  ...more,
})

describe('what keeps a delivery from being written', () => {
  test('nothing does: the decision stands', () => {
    const decision = write({ stage: 'b' })
    expect(restrain(decision, under()).decision).toBe(decision)
  })

  test.each(['new', 'loading'] as const)('first link: %s waits, and cannot say yet what it would do', linkState => {
    const rest = { kind: 'rest', state: 'waiting', reason: 'first_link', detail: undefined }
    expect(restrain(write({ stage: 'b' }), under({ linkState })).decision).toEqual(rest)
  })

  test('first link: review waits, and says what it would do', () => {
    const would = (decision: Decision) => restrain(decision, under({ linkState: 'review' })).decision
    expect(would(write({ stage: 'b' }))).toEqual({
      kind: 'rest',
      state: 'waiting',
      reason: 'first_link',
      detail: { would: 'change', members: ['stage'] },
    })
    expect(would(write({ stage: 'b' }, { remoteId: undefined }))).toMatchObject({ detail: { would: 'create' } })
    expect(would({ kind: 'remove', how: 'delete', remoteId: 'r' })).toMatchObject({ detail: { would: 'remove' } })
  })

  test('the brake holds changes and removals, and lets creates go', () => {
    const held = (decision: Decision) => restrain(decision, under({ brake: 'source:erp' })).decision
    expect(held(write({ stage: 'b' }))).toMatchObject({
      kind: 'rest',
      state: 'held',
      reason: 'brake',
      detail: { would: 'change', members: ['stage'], cause: 'source:erp' },
    })
    expect(held({ kind: 'remove', how: 'archive', remoteId: 'r' })).toMatchObject({ kind: 'rest', state: 'held' })
    expect(held(write({ stage: 'b' }, { remoteId: undefined }))).toMatchObject({ kind: 'write' })
  })

  test.each<Decision>([
    { kind: 'synced', document: {}, adopt: false },
    { kind: 'absent', reason: 'merged' },
    { kind: 'poll', job: 'j', of: 'upsert' },
    { kind: 'dead', reason: 'no_mapping', detail: {} },
    { kind: 'wait', parents: [] },
  ])('what is no write passes: $kind', decision => {
    expect(restrain(decision, under({ linkState: 'new', brake: 'policy' })).decision).toBe(decision)
  })
})

describe('members that flip', () => {
  /** Writes values to `stage` one after the other, each acknowledged unless said otherwise; answers what became of each. */
  function run(
    values: readonly string[],
    options: { acknowledged?: boolean; isAgain?: boolean; everyMs?: number } = {},
  ) {
    const { acknowledged = true, isAgain = false, everyMs = MINUTE } = options
    let flips: Flips = {}
    let sent: Record<string, string> = { id: 'g', stage: 'a' }
    return values.map((value, index) => {
      const result = restrain(write({ stage: value }), under({ flips, sent, isAgain, nowMs: index * everyMs }))
      flips = result.flips ?? flips
      if (result.decision.kind === 'write' && acknowledged) sent = { ...sent, stage: value }
      return result.decision.kind === 'write'
    })
  }

  test('back and forth more than five times in an hour is too much', () => {
    expect(run(['b', 'a', 'b', 'a', 'b', 'a', 'b'])).toEqual([true, true, true, true, true, false, false])
  })

  test('writing the same over an edit again and again is too much too', () => {
    expect(run(['a', 'a', 'a', 'a', 'a', 'a'])).toEqual([true, true, true, true, true, false])
  })

  test('ever new values are none', () => {
    expect(run(['b', 'c', 'd', 'e', 'f', 'h', 'i', 'j'])).not.toContain(false)
    expect(run(['b', 'a', 'c', 'b', 'a', 'c', 'b', 'a', 'c'])).not.toContain(false)
  })

  test('slower than that is none', () => {
    expect(run(['b', 'a', 'b', 'a', 'b', 'a', 'b', 'a'], { everyMs: 13 * MINUTE })).not.toContain(false)
  })

  test('the same write tried again is no flip', () => {
    expect(run(['b', 'b', 'b', 'b', 'b', 'b', 'b', 'b'], { acknowledged: false })).not.toContain(false)
  })

  test('nor is what goes along again and again as it was sent, since calls were not acknowledged', () => {
    expect(run(['a', 'a', 'a', 'a', 'a', 'a', 'a', 'a'], { isAgain: true })).not.toContain(false)
    expect(run(['b', 'a', 'b', 'a', 'b', 'a', 'b'], { isAgain: true })).toContain(false)
  })

  test('only the member that flips stays as it is; the others go', () => {
    const flips: Flips = { stage: { writes: [], frozen: true } }
    const { decision, frozen } = restrain(write({ stage: 'b', name: 'Ana' }), under({ flips }))
    expect(decision).toMatchObject({
      kind: 'write',
      changed: { name: 'Ana' },
      document: { id: 'g', stage: 'a', name: 'Ana' },
      frozen: ['stage'],
    })
    // It was told when it froze.
    expect(frozen).toEqual([])
    expect(restrain(write({ stage: 'b' }), under({ flips })).decision).toEqual({
      kind: 'rest',
      state: 'frozen',
      reason: 'flip_flop',
      detail: { members: ['stage'] },
    })
  })

  test('a frozen member that the system never got stays away', () => {
    const flips: Flips = { phone: { writes: [], frozen: true } }
    const { decision } = restrain(write({ phone: '1', name: 'Ana' }), under({ flips }))
    expect(decision).toMatchObject({ document: { id: 'g', name: 'Ana' } })
    expect(decision).not.toMatchObject({ document: { phone: '1' } })
  })
})
