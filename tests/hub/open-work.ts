/** What is not at rest yet, in words. */
export async function openWork(rows: <T>(query: string) => Promise<T[]>): Promise<string[]> {
  const open = await rows<{ what: string }>(`
    select 'event ' || state as what from event where state in ('pending', 'reading')
    union all select 'resolve ' || remote_id from resolve_work
    union all select 'plan ' || golden_id from plan_work
    union all select system || ' ' || state || ' ' || coalesce(reason, '') from delivery
      where state not in ('synced', 'absent', 'dead', 'frozen', 'held', 'waiting') or (state = 'waiting' and due_at <= now())`)
  return open.map(row => row.what)
}
