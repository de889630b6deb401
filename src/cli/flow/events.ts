import type { ReplyOf } from '#console/handler.ts'
import { createContext } from '../context.ts'
import { addListOptions, readList } from '../output/list.ts'
import type { ListOptions } from '../output/list.ts'
import { shortTime } from '../output/output.ts'
import type { Output } from '../output/output.ts'
import type { AddCommand } from '../command.ts'

interface EventOptions extends ListOptions {
  system?: string
  state?: string
  type?: string
  object?: string
  remoteId?: string
  since?: string
  until?: string
  trace?: string
}

export const addEventsCommand: AddCommand = (program, environment) => {
  addListOptions(
    program
      .command('events')
      .description('events, newest first; with an id: that event with its payload')
      .argument('[id]', 'an event')
      .option('--system <name>')
      .option('--state <state>', 'pending, reading, processed, ignored, dead')
      .option('--type <type>')
      .option('--object <object>')
      .option('--remote-id <id>')
      .option('--since <time>', 'RFC 3339, such as 2026-11-22T10:00:00Z')
      .option('--until <time>')
      .option('--trace <id>'),
  ).action(async (id: string | undefined, options: EventOptions, command) => {
    const { connect, out } = createContext(command, environment)
    if (id !== undefined) {
      const event = await connect().get('getEvent', `/events/${encodeURIComponent(id)}`)
      out.value(event)
      writeEvent(out, event)
      return
    }
    const { system, state, type, object, remoteId, since, until, trace: traceId } = options
    const query = { system, state, type, object, remoteId, since, until, traceId }
    const client = connect()
    const { items, more } = await readList(options, cursor =>
      client.get('listEvents', '/events', { ...query, ...cursor }),
    )
    out.value(items)
    out.table(
      [
        { title: 'RECEIVED' },
        { title: 'SYSTEM' },
        { title: 'TYPE', max: 30 },
        { title: 'REMOTE ID', max: 30 },
        { title: 'STATE' },
        { title: 'REASON' },
        { title: 'ID' },
      ],
      items.map(event => [
        shortTime(event.receivedAt),
        event.system,
        event.type,
        event.remoteId,
        event.state,
        event.reason,
        event.id,
      ]),
    )
    if (more) out.line(out.style('dim', 'There is more: --limit or --all.'))
  })
}

export function writeEvent(out: Output, event: ReplyOf<'getEvent'>): void {
  const facts: [string, string | number | null][] = [
    ['event', event.id],
    ['system', `${event.system}/${event.object}`],
    ['type', `${event.type} (${event.kind}, ${event.origin})`],
    ['remote id', event.remoteId],
    ['state', event.reason === null ? event.state : `${event.state}: ${event.reason}`],
    ['received', shortTime(event.receivedAt)],
    ['run', event.run],
    ['request', event.requestId],
    ['golden record', event.goldenId],
    ['trace', event.traceId],
  ]
  for (const [name, value] of facts) out.line(`${out.style('dim', name.padEnd(14))} ${String(value ?? '-')}`)
  for (const [name, value] of [
    ['detail', event.detail],
    ['notes', event.notes],
  ] as const) {
    if (value !== null && value !== undefined) out.line(`${out.style('dim', name)}\n${JSON.stringify(value, null, 2)}`)
  }
  const { payload } = event
  out.line(out.style('dim', `payload (${payload.bytes} bytes${payload.truncated ? ', cut' : ''})`))
  out.line(payload.json === undefined ? (payload.text ?? '(no text)') : JSON.stringify(payload.json, null, 2))
}
