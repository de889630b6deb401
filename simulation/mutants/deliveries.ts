import type { Mutant } from './mutant.ts'

/** What is written to the systems, and when. */
export const DELIVERIES: readonly Mutant[] = [
  {
    name: 'create-without-a-look',
    file: 'src/deliver/decide/decide.ts',
    find: `  const look = change.kind === 'create' && context.looks`,
    replace: `  const look = false`,
    breaks: 'A create whose fate is unknown is made again blindly.',
    seeds: [4],
  },
  {
    name: 'lease-ignored',
    file: 'src/deliver/claim/claim.ts',
    find: ` and (lease_until is null or lease_until < now())`,
    replace: ``,
    breaks: 'A delivery that is being sent is sent once more.',
    seeds: [7, 4],
  },
  {
    name: 'newest-content-dropped',
    file: 'src/deliver/settle/commit.ts',
    find: `(extract(epoch from d.planned_at) * 1000000)::bigint <> t."plannedAt"`,
    replace: `false`,
    breaks: 'What was planned while a call was under way is forgotten when it settles.',
    seeds: [1],
  },
  {
    name: 're-create-after-delete',
    file: 'src/deliver/decide/decide.ts',
    find: `  if (delivery.remote?.tombstone === true)
`,
    replace: `  if (delivery.remote?.tombstone === true) delivery = { ...delivery, remote: undefined }
  if (delivery.remote?.tombstone === true)
`,
    breaks: 'What people deleted in a system is created there again.',
    seeds: [4],
  },
  {
    name: 'brake-holds-nothing',
    file: 'src/deliver/brake/brake.ts',
    find: `      for (const delivery of group.deliveries) held.add(delivery)
`,
    replace: ``,
    breaks: 'The brake goes on, and what it should hold is written all the same.',
    seeds: [33],
  },
  {
    name: 'released-is-discarded',
    file: 'src/app/brakes.ts',
    find: `case when h.state = 'released' then 'pending' else 'frozen' end`,
    replace: `'frozen'`,
    breaks: 'What a person lets go is thrown away.',
    seeds: [6],
  },
  {
    name: 'no-sweep',
    file: 'src/deliver/deliver.ts',
    find: `  return rows.map(row => row.shard)`,
    replace: `  return rows.slice(0, 0).map(row => row.shard)`,
    breaks: 'A delivery whose wake-up was lost is not found again.',
    seeds: [11],
  },
]
