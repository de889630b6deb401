import { inboundSecrets } from '#connector/inbound/settings.ts'
import { defineConnector, type Access } from '#connector/kit.ts'
import { checkMailbox, pull } from './mailbox.ts'
import { listener } from './receiver.ts'
import { checkOutgoing, push } from './sender.ts'
import { OBJECTS, settings, type Settings } from './settings.ts'
import { webhook } from './webhook.ts'

export default defineConnector<Settings>({
  manifest: {
    name: 'mail',
    title: { en: 'E-mail', zh: '电子邮件' },
    category: 'mail',
    description: {
      en: 'Takes mail over SMTP, from a mailbox or from a mail service, and sends notices and replies.',
      zh: '通过 SMTP、邮箱或邮件服务接收邮件，并发送通知和回复。',
    },
    settings,
    secrets: {
      smtpPassword: { label: { en: 'Password of senders (SMTP in)', zh: '发件方密码（SMTP 接收）' }, required: false },
      tlsKey: { label: { en: 'TLS key (PEM)', zh: 'TLS 私钥（PEM）' }, required: false },
      tlsCertificate: { label: { en: 'TLS certificate (PEM)', zh: 'TLS 证书（PEM）' }, required: false },
      webhookSecret: inboundSecrets.webhookSecret,
      imapPassword: { label: { en: 'Password of the mailbox (IMAP)', zh: '邮箱密码（IMAP）' }, required: false },
      outgoingPassword: {
        label: { en: 'Password for sending (SMTP out)', zh: '发信密码（SMTP 发送）' },
        required: false,
      },
    },
    objects: OBJECTS,
    limits: { concurrency: 2, timeoutMs: 60_000 },
    indexLagMs: 0,
    idempotency: 'atLeastOnce',
    removals: { deletes: 'a mail happened: it is neither taken back nor deleted', merges: 'none' },
    evidence: {
      checked: [
        'nodemailer 10 as sender and imapflow 2 as reader',
        'RFC 3464, 3834 and 5965',
        'the fields of anymail/django-anymail',
        'inbound samples of Postmark',
      ],
      unverified: ['live accounts of Mailgun, SendGrid and Postmark', 'sign-in with OAuth (not built)'],
    },
  },
  webhook,
  listener,
  pull,
  push,
  check,
})

/** Signs in where the hub goes out; what comes in proves itself. */
async function check(access: Access<Settings>) {
  const { imap, outgoing } = access.settings
  const inbox = imap === undefined ? undefined : await checkMailbox(access, imap)
  if (inbox !== undefined) return { ok: false as const, message: `IMAP: ${inbox}` }
  const sending = outgoing === undefined ? undefined : await checkOutgoing(access, outgoing)
  if (sending !== undefined) return { ok: false as const, message: `SMTP: ${sending}` }
  return { ok: true as const }
}
