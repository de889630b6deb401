import { z } from 'zod'

export const settings = z.strictObject({
  listId: z
    .string()
    .regex(/^[0-9a-z]{4,20}$/i)
    .meta({ title: 'Audience ID', description: 'Audience > Settings > Audience name and defaults' }),
  dataCenter: z
    .string()
    .regex(/^[a-z]{2,4}\d{1,4}$/)
    .optional()
    .meta({ title: 'Data centre', description: 'Such as us21; default: what stands behind the dash of the API key' }),
  apiUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({ title: 'Address of the API', description: 'Instead of https://<data centre>.api.mailchimp.com/3.0' }),
  statusIfNew: z.enum(['transactional', 'pending', 'subscribed', 'unsubscribed']).default('transactional').meta({
    title: 'Status of a new contact whose consent is not known',
    description: 'transactional: kept, but gets no marketing; pending: Mailchimp asks for an opt-in by mail',
  }),
  externalIdTag: z
    .string()
    .regex(/^[A-Z0-9_]{1,10}$/)
    .optional()
    .meta({ title: 'Merge tag that holds our own id', description: 'A text field of the audience, such as HUBID' }),
  skipMergeValidation: z
    .boolean()
    .default(true)
    .meta({ title: 'Write contacts that lack required fields of the audience' }),
  deletePermanently: z.boolean().default(true).meta({
    title: 'A delete is final',
    description: 'Mailchimp takes an address never again by API after it; false: it is archived',
  }),
})

export type Settings = z.infer<typeof settings>

/** A member is one address in one audience; campaigns are heard of only. */
export const MEMBER = 'member'
export const OBJECTS = [MEMBER, 'campaign'] as const

/** Most members in one call (vendor facts). */
export const BATCH_MAX = 500
