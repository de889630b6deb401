import type { Outcome } from './outcome.ts'

/** A list in parts of at most `size`. */
export function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const parts: Item[][] = []
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size))
  return parts
}

/**
 * Sends items to a batch call that is all or nothing. Where the vendor refused a call as a whole (`send` gives undefined),
 * that says nothing about its good items: its halves are sent, until the bad one is alone. `send` must give outcomes for
 * a single item. One outcome per item, in order.
 */
export async function sendInHalves<Item>(
  items: readonly Item[],
  send: (items: readonly Item[]) => Promise<readonly Outcome[] | undefined>,
): Promise<readonly Outcome[]> {
  if (items.length === 0) return []
  const outcomes = await send(items)
  if (outcomes !== undefined) return outcomes
  if (items.length === 1) return [{ kind: 'unknown', reason: 'a call for one item gave no outcome' }]
  const middle = Math.ceil(items.length / 2)
  const first = await sendInHalves(items.slice(0, middle), send)
  return [...first, ...(await sendInHalves(items.slice(middle), send))]
}
