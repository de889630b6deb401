import { readComplaint, readDeliveryReport, readProse, type BounceReport } from './bounce.ts'
import type { Mail, ReadMail } from './mail.ts'

const BOUNCE_SENDER = /^(?:mailer-daemon|postmaster|mail-daemon|double-bounce)@/i
const BOUNCE_SUBJECT =
  /undeliver|delivery (?:status|failure|has failed)|failure notice|returned mail|mail delivery|could not be delivered|unzustellbar|non remis|no entregado|退信|无法送达/i
const AUTO_SUBJECT =
  /^(?:auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office|abwesenheit|automatische antwort|réponse automatique|respuesta automática|resposta automática|自动回复)/i

/**
 * Who wrote: a person or a machine. By the headers that are made for it (RFC 3834, 3464, 5965, 2919), then by the habits of
 * older systems.
 */
export function recognise(mail: ReadMail): { kind: Mail['kind']; bounce?: BounceReport } {
  const { headers, reports, subject = '', text } = mail
  const original = reports.get('message/rfc822') ?? reports.get('text/rfc822-headers')
  const complaint = reports.get('message/feedback-report')
  if (complaint !== undefined) return withReport('complaint', readComplaint(complaint, original))
  const delivery = reports.get('message/delivery-status') ?? reports.get('message/global-delivery-status')
  const delivered = delivery === undefined ? undefined : readDeliveryReport(delivery, original)
  if (delivered !== undefined) return { kind: 'bounce', bounce: delivered }
  // A report of success, or of something else, is no news of the person.
  if (delivery !== undefined) return { kind: 'autoReply' }
  const isReturned = mail.envelope.from === '' || BOUNCE_SENDER.test(mail.from?.address ?? '')
  if (isReturned && (headers.has('x-failed-recipients') || BOUNCE_SUBJECT.test(subject))) {
    return withReport('bounce', readProse(text, headers.get('x-failed-recipients')))
  }
  if (isAutomatic(headers) || isReturned || AUTO_SUBJECT.test(subject)) return { kind: 'autoReply' }
  return { kind: isBulk(headers) ? 'bulk' : 'mail' }
}

function withReport(kind: 'bounce' | 'complaint', bounce: BounceReport | undefined) {
  return bounce === undefined ? { kind } : { kind, bounce }
}

function isAutomatic(headers: ReadonlyMap<string, string>): boolean {
  const submitted = headers.get('auto-submitted')?.toLowerCase()
  if (submitted !== undefined && !submitted.startsWith('no')) return true
  if (/auto_?reply/i.test(headers.get('precedence') ?? '')) return true
  return ['x-autoreply', 'x-autorespond', 'x-auto-reply-from'].some(name => headers.has(name))
}

function isBulk(headers: ReadonlyMap<string, string>): boolean {
  const names = ['list-id', 'list-unsubscribe', 'feedback-id']
  return names.some(name => headers.has(name)) || /^(?:bulk|list|junk)$/i.test(headers.get('precedence') ?? '')
}
