import { inboundSecrets } from '#connector/inbound/settings.ts'
import { defineConnector } from '#connector/kit.ts'
import { listener } from './receiver.ts'
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
    },
    objects: OBJECTS,
    limits: { concurrency: 2, timeoutMs: 60_000 },
    indexLagMs: 0,
    idempotency: 'atLeastOnce',
  },
  webhook,
  listener,
})
