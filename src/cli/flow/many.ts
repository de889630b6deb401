import type { ReplyOf } from '#console/handler.ts'
import type { Client } from '../client.ts'
import type { CommandContext } from '../context.ts'

type Selection = ReplyOf<'replayEvents'>

/** An act on many: dry run, what it found, a question, and then the act on just that. */
export async function actOnMany(
  { out, confirm }: CommandContext,
  client: Client,
  act: {
    path: string
    noun: string
    verb: string
    /** What the act takes besides. */
    body?: object
  },
  filter: object,
  writeSample: (sample: Selection['sample']) => void,
  dryRunOnly: boolean,
): Promise<void> {
  // Replay, retry and release answer alike.
  const found = await client.post('replayEvents', act.path, { ...act.body, filter, dryRun: true })
  if (!out.json) {
    out.line(
      `${found.count} ${act.noun}${found.count > found.sample.length ? `; ${found.sample.length} of them:` : ':'}`,
    )
    writeSample(found.sample)
  }
  if (found.count === 0 || dryRunOnly || !(await confirm(`${act.verb} ${found.count} ${act.noun}?`))) {
    out.value(found)
    return
  }
  const done = await client.post('replayEvents', act.path, {
    ...act.body,
    filter,
    dryRun: false,
    confirm: found.confirm,
  })
  out.value(done)
  out.line(`Done: ${done.count}.`)
}
