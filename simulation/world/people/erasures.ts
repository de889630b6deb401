import { isJsonObject } from '#model/json.ts'
import type { SimContext } from '../../contract.ts'
import { createAsk } from './asking.ts'
import type { Vendor } from '../vendors/vendor.ts'

/** A person who was erased: what was known by then, and when the hub said that it is gone. */
export interface Erasure {
  goldenId: string
  remoteIds: readonly string[]
  /** Mail addresses and mobile numbers, which nobody else has. */
  values: readonly string[]
  askedMs: number
  doneMs: number
}

export interface Erasures {
  act(): void
  done(): readonly Erasure[]
}

/** Persons who ask to be erased; somebody does so in the hub's console. The vendors keep them. */
export function createErasures(
  vendors: readonly Vendor[],
  context: SimContext,
  count: (what: string) => void,
): Erasures {
  const { hub } = context
  const random = context.stream('erasures')
  const ask = createAsk(context)
  const done: Erasure[] = []

  async function erase(): Promise<void> {
    const persons = await hub.rows<{ id: string }>(
      `select id from golden_record where entity = 'person' and state = 'active' order by id`,
    )
    if (persons.length === 0) return
    const { id: goldenId } = random.pick(persons)
    const remotes = await hub.rows<{ remote_id: string }>(
      `select remote_id from remote_record where golden_id = '${goldenId}' order by 1`,
    )
    const remoteIds = remotes.map(row => row.remote_id)
    const path = { id: goldenId }
    const { result: shown, askedMs } = await ask('erasePerson', { path, body: { reason: 'case 1', dryRun: true } })
    if (!isJsonObject(shown) || typeof shown['confirm'] !== 'string') return
    const values = valuesOf(vendors, remoteIds)
    const body = { reason: 'case 1', dryRun: false, confirm: shown['confirm'] }
    const { result, again, answeredMs } = await ask('erasePerson', { path, body })
    const ok = isJsonObject(result) && typeof result['proof'] === 'string'
    context.tell(`somebody erases golden ${goldenId} (${remoteIds.join(', ')})${ok ? '' : ': refused'}`)
    if (!ok && !again) return
    count('erasures')
    // What was refused after a crash may have been done before it: by the time of the answer it is.
    const [row] = await hub.rows<{ state: string }>(`select state from golden_record where id = '${goldenId}'`)
    if (row?.state === 'erased') done.push({ goldenId, remoteIds, values, askedMs, doneMs: answeredMs })
  }

  return { act: () => void erase(), done: () => done }
}

function valuesOf(vendors: readonly Vendor[], remoteIds: readonly string[]): string[] {
  const values = vendors.flatMap(({ dialect, records }) =>
    remoteIds.flatMap(id =>
      ['email', 'mobile'].flatMap(name => {
        const value = records.get(id)?.members[dialect.member(name)]?.v
        return typeof value === 'string' ? [value.replaceAll(' ', '').toLowerCase()] : []
      }),
    ),
  )
  return [...new Set(values)]
}
