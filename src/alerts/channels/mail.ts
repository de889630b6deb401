import { openSmtp } from '#connector/network/smtp.ts'
import { fitMessage } from '../notices/message.ts'
import { type Notifier, secretOf } from './notifier.ts'
import { plainText } from './plain.ts'

const TIMEOUT_MS = 10_000
const BYTES_MAX = 100_000
const SUBJECT_MAX = 150

/** Mail over SMTP, in plain text. An alert and its end stand in one thread. */
export const mail: Notifier<'mail'> = {
  async send(message, channel, { network, redact, teamEmail }) {
    const { host, port, tls, user, from } = channel
    const to = channel.to ?? (teamEmail === undefined ? [] : [teamEmail])
    if (to.length === 0)
      return { ok: false, message: 'nobody to write to: the channel has no "to", the team no "email"' }
    const found = await network.resolve(host)
    if (!found.ok) return { ok: false, message: redact(found.message) }
    const password = secretOf(channel, 'password')
    const transport = openSmtp({ host, address: found.address, port, tls, user, password, timeoutMs: TIMEOUT_MS })
    const [first] = message.alerts
    const thread = first === undefined ? undefined : `<alert-${first.id}@patchbay.invalid>`
    try {
      await transport.sendMail({
        from,
        to: [...to],
        subject: `${message.severity === 'page' ? '[PAGE] ' : ''}${message.title}`.slice(0, SUBJECT_MAX),
        text: fitMessage(message, BYTES_MAX, plainText),
        messageId: `<notice-${message.id}@patchbay.invalid>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        ...(thread === undefined ? {} : { references: thread }),
      })
      return { ok: true }
    } catch (error) {
      return { ok: false, message: redact(error instanceof Error ? error.message : String(error)) }
    } finally {
      transport.close()
    }
  },
}
