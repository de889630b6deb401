import { z } from 'zod'

const text = z.strictObject({ en: z.string().min(1), zh: z.string().min(1) })

/** Names that the form itself uses; they never reach a mapping. */
export const OWN_FIELDS = ['form_token', '_charset_', '_redirect'] as const

const field = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,60}$/, { error: 'expected lower-case letters, digits and _, such as full_name' }),
  label: text,
  type: z.enum(['text', 'email', 'tel', 'textarea', 'select', 'checkbox', 'consent']).default('text'),
  required: z.boolean().default(false),
  autocomplete: z.string().optional().meta({ description: 'HTML autocomplete token, such as `name`, `email`, `tel`' }),
  options: z
    .array(z.strictObject({ value: z.string(), label: text }))
    .default([])
    .meta({ description: 'For select' }),
  maxLength: z.int().min(1).max(10_000).optional(),
})

export type FormField = z.infer<typeof field>

const DEFAULT_FIELDS: readonly z.input<typeof field>[] = [
  { name: 'full_name', label: { en: 'Name', zh: '姓名' }, required: true, autocomplete: 'name', maxLength: 200 },
  { name: 'email', label: { en: 'E-mail', zh: '邮箱' }, type: 'email', required: true, autocomplete: 'email' },
  { name: 'phone', label: { en: 'Phone', zh: '电话' }, type: 'tel', autocomplete: 'tel', maxLength: 40 },
  { name: 'company', label: { en: 'Company', zh: '公司' }, autocomplete: 'organization', maxLength: 200 },
  { name: 'message', label: { en: 'How can we help?', zh: '您想咨询什么？' }, type: 'textarea', maxLength: 5000 },
  {
    name: 'consent',
    label: { en: 'Yes, you may write to me about news and offers.', zh: '我同意接收产品动态与优惠信息。' },
    type: 'consent',
  },
]

export const formSettings = z.strictObject({
  object: z
    .string()
    .min(1)
    .default('submission')
    .meta({ title: 'Object', description: 'The inbound mapping is named after it' }),
  title: text.default({ en: 'Contact us', zh: '联系我们' }).meta({ title: 'Title of the page' }),
  intro: text.optional().meta({ title: 'Text below the title' }),
  fields: z
    .array(field)
    .min(1)
    .prefault([...DEFAULT_FIELDS])
    .meta({
      title: 'Fields of the ready-made page',
      description: 'Forms of your own may send any fields.',
    }),
  consentVersion: z.string().default('1').meta({ title: 'Version of the consent text, kept as evidence' }),
  proof: z.enum(['token', 'origin']).default('token').meta({
    title: 'What browsers must prove',
    description: 'token: a form token, as the page and GET /in/<system>/token give it; origin: only an allowed Origin',
  }),
  allowedOrigins: z
    .array(z.url({ protocol: /^https?$/ }).transform(url => new URL(url).origin))
    .default([])
    .meta({
      title: 'Sites whose pages may send',
      description: 'Such as https://www.example.com; the hub itself always may',
    }),
  maxAgeSeconds: z
    .int()
    .min(60)
    .max(7 * 86_400)
    .default(86_400)
    .meta({ title: 'How long a form may stay open' }),
  minFillSeconds: z.int().min(0).max(60).default(2).meta({ title: 'Faster than this is a robot' }),
  honeypot: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/)
    .default('website')
    .meta({ title: 'Field that people never see and must stay empty' }),
  redirectUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({ title: 'Thank-you page', description: 'Default: the page of the hub' }),
})

export type FormSettings = z.infer<typeof formSettings>
