// Runs drafts in a thread of its own: see drafts.ts.
import { parentPort } from 'node:worker_threads'
import { envOf } from './cases.ts'
import type { DraftAnswer, DraftQuestion } from './drafts.ts'
import { compileMapping, MappingSyntaxError } from './mapping.ts'

parentPort?.on('message', ({ id, draft }: DraftQuestion) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread of Node has no origin.
  parentPort?.postMessage({ id, result: run(draft) } satisfies DraftAnswer)
})

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread of Node has no origin.
parentPort?.postMessage('ready')

function run({ source, kind, limits, input, env }: DraftQuestion['draft']): DraftAnswer['result'] {
  try {
    const mapping = compileMapping('draft', source, {
      ...(kind === undefined ? {} : { kind }),
      ...(limits === undefined ? {} : { limits }),
    })
    return mapping.attempt(input, envOf(env))
  } catch (thrown) {
    if (!(thrown instanceof MappingSyntaxError)) throw thrown
    const { code, message, line, column } = thrown
    return { ok: false, failure: { code, message, line, column } }
  }
}
