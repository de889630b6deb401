import { z } from 'zod'
import { conditions, locator, path } from '../values/locator-setting.ts'

const kind = z.enum(['snapshot', 'fact', 'delete', 'restore', 'merge'])

/** Part of a composite key; one that ends with `?` may be missing. */
const keyPart = z
  .string()
  .max(300)
  .refine(text => locator.safeParse(text.replace(/\?$/, '')).success, { error: 'expected a locator, or one and `?`' })

/** One value, several joined, or several such joins of which the first that is complete counts. */
const key = z.union([locator, z.array(keyPart).min(1), z.array(z.array(keyPart).min(1)).min(1)])

const typeRule = z.strictObject({
  object: z.string().min(1).optional().meta({
    title: 'Object',
    description: 'The inbound mapping is named after it. `{1}` is what the first `*` of the type stands for.',
  }),
  kind: kind.default('snapshot').meta({ title: 'What the event says' }),
  thin: z.boolean().default(false).meta({ title: 'Thin', description: 'The record is read back before it is mapped' }),
  id: key.optional().meta({ description: 'Where the id stands for this type' }),
  payload: locator.optional(),
})

const members = {
  items: path.optional().meta({
    title: 'Items',
    description: 'Path of the events in the body, such as `[*]` or `data.items[*]`; default: the body is one event',
  }),
  nestedNames: z
    .boolean()
    .default(false)
    .meta({ title: 'Nested form names', description: 'Form fields such as `data[email]` become members of `data`' }),
  unwrap: path.optional().meta({
    title: 'Wrapper',
    description: 'Where this member is there, it stands for the whole body; JSON inside a form field is read',
  }),
  type: locator.default('type').meta({ title: 'Event type' }),
  object: locator
    .optional()
    .meta({ title: 'Object', description: 'Where the record type stands, if a type says none' }),
  objectNames: z.record(z.string(), z.string()).default({}).meta({ title: 'Other names for record types' }),
  types: z.record(z.string(), typeRule).default({}).meta({
    title: 'Event types',
    description: '`*` stands for any text; the first that fits counts. Others are kept as unknown.',
  }),
  id: key
    .default('data.id')
    .meta({ title: 'Id of the remote record', description: 'Joined from several like the id of the event' }),
  payload: locator
    .default('data')
    .meta({ title: 'What the mapping gets', description: 'Empty: the whole event; a missing member too' }),
  vendorEventId: key.optional().meta({
    title: 'Id of the event',
    description:
      'Stable over retries; default: the header webhook-id with Standard Webhooks. A list is joined, a part with `?` may be missing; of several lists the first complete one counts.',
  }),
  occurredAt: locator.default('timestamp').meta({ title: 'When it happened' }),
  timeUnit: z.enum(['s', 'ms', 'us']).optional().meta({ title: 'Unit of that time, where digits alone mislead' }),
  zone: z
    .string()
    .regex(/^(Z|[+-]\d\d:\d\d)$/)
    .default('Z')
    .meta({ title: 'Zone of times that name none, such as `+08:00`' }),
  version: locator.optional().meta({ title: 'Version of the record, growing' }),
  author: locator.optional().meta({ title: 'Who made the change' }),
  mergedInto: locator.optional().meta({ title: 'For merges: the id that survives' }),
}

/** What the events of a body mean. */
export const eventSettings = z.strictObject(members)

/** A form of body beside others, for senders that post several; the first whose conditions hold counts. */
export const shapeSettings = z.strictObject({ when: conditions, ...members })

export type KeySetting = z.infer<typeof key>
export type EventSettings = z.infer<typeof eventSettings>
