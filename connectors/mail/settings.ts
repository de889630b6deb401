import { z } from 'zod'
import { isJsonObject } from '#model/json.ts'
import { receivingSettings } from '../webhook/presets.ts'

/** Services that post received mail, each with a preset of its proof. */
export const PROVIDERS = ['mailgun', 'sendgrid', 'postmark'] as const

/** As in `webhook`, for these senders only. Inbound Parse of SendGrid is not signed: a secret in the address is the default. */
const posts = z.preprocess(given => {
  const isOpen = isJsonObject(given) && given['preset'] === 'sendgrid' && given['authentication'] === undefined
  return isOpen ? { ...given, authentication: { scheme: 'sharedSecret' } } : given
}, receivingSettings)

const port = z.int().min(1).max(65_535)
const address = z
  .string()
  .toLowerCase()
  .regex(/^[^@\s]*@[^@\s]+$/, 'an address, or a domain such as @example.com')

const smtp = z.strictObject({
  host: z.string().default('127.0.0.1').meta({ description: '0.0.0.0 to take mail from other machines' }),
  port,
  name: z.string().optional().meta({ title: 'Name in the greeting', description: 'Default: the name of the machine' }),
  recipients: z.array(address).min(1).meta({
    title: 'Who is written to here',
    description: 'Addresses, or domains such as @example.com; others are refused',
  }),
  tls: z.enum(['off', 'offered', 'required']).default('offered').meta({
    title: 'STARTTLS',
    description: 'Needs the secrets tlsKey and tlsCertificate; offered without them means off',
  }),
  auth: z.enum(['off', 'optional', 'required']).default('off').meta({
    title: 'Sign-in of senders',
    description: 'User and secret smtpPassword; over TLS only',
  }),
  user: z.string().default('patchbay').meta({ title: 'User name of senders' }),
  messageBytesMax: z.int().min(1_000).max(100_000_000).default(25_000_000).meta({ title: 'Largest mail in bytes' }),
  connectionsMax: z.int().min(1).max(1_000).default(50).meta({ title: 'Connections at one time' }),
})

const imap = z.strictObject({
  host: z.string().min(1),
  port: port.default(993),
  tls: z.boolean().default(true).meta({ description: 'false: STARTTLS where the server has it' }),
  user: z.string().min(1),
  folder: z.string().min(1).default('INBOX'),
  sinceDays: z.int().min(0).max(36_500).default(30).meta({ title: 'How far back the first poll goes' }),
  messageBytesMax: z
    .int()
    .min(1_000)
    .max(100_000_000)
    .default(25_000_000)
    .meta({ title: 'Larger mails are read without their attachments' }),
})

const outgoing = z.strictObject({
  host: z.string().min(1),
  port: port.default(587),
  tls: z.enum(['starttls', 'implicit', 'off']).default('starttls'),
  user: z.string().optional().meta({ description: 'Secret: outgoingPassword' }),
  from: z.string().regex(/@/).meta({ title: 'Sender', description: 'Such as Support <support@example.com>' }),
})

export const settings = z
  .strictObject({
    smtp: smtp.optional().meta({ title: 'Take mail over SMTP' }),
    imap: imap.optional().meta({ title: 'Read a mailbox over IMAP' }),
    in: posts.optional().meta({ title: 'Take the posts of Mailgun, SendGrid or Postmark' }),
    outgoing: outgoing.optional().meta({ title: 'Send notices over SMTP' }),
    ownDomains: z
      .array(z.string().toLowerCase())
      .default([])
      .meta({ title: 'Our own domains', description: 'Mail from them is ours: the customer is who it went to' }),
  })
  .refine(given => given.in === undefined || PROVIDERS.some(name => name === given.in?.preset), {
    error: `expected a preset of ${PROVIDERS.join(', ')}`,
    path: ['in', 'preset'],
  })

export type Settings = z.infer<typeof settings>
export type SmtpSettings = z.infer<typeof smtp>
export type ImapSettings = z.infer<typeof imap>
export type OutgoingSettings = z.infer<typeof outgoing>

/** A mail that came; and a notice that goes out. */
export const MAIL = 'mail'
export const NOTICE = 'notice'
export const OBJECTS = [MAIL, NOTICE] as const
