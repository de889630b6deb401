import { z } from 'zod'
import { OBJECTS, type ObjectForm } from './objects.ts'
import { longId } from './record-id.ts'

const name = z.string().regex(/^[A-Za-z]\w*$/, { error: 'expected the API name of an object or field' })
const address = z.url({ protocol: /^https?$/ }).transform(url => url.replace(/\/+$/, ''))

const auth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('clientCredentials') }).meta({
    title: 'OAuth2 client credentials',
    description: 'Secrets: clientId, clientSecret. The app runs as the user that its policies name.',
  }),
  z
    .strictObject({
      type: z.literal('jwt'),
      username: z.string().min(1).meta({ title: 'User that the hub acts as' }),
      audience: z.string().default('https://login.salesforce.com').meta({
        title: 'Audience of the assertion',
        description: 'https://test.salesforce.com for a sandbox org',
      }),
    })
    .meta({ title: 'OAuth2 JWT bearer', description: 'Secrets: clientId, privateKey' }),
])

const object = z.strictObject({
  externalIdField: name.optional().meta({ title: 'External id field, where it is another than for all' }),
  fields: z.array(z.string().min(1)).min(1).optional().meta({ title: 'Fields to read, instead of the usual ones' }),
  moreFields: z.array(z.string().min(1)).default([]).meta({
    title: 'Fields to read beside the usual ones',
    description: 'Also of related records (Owner.Title), or lists of them: (SELECT Name FROM Assets)',
  }),
  findBy: z.array(name).optional().meta({ title: 'Fields by which an existing record is found before a first create' }),
  archive: z
    .record(name, z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .optional()
    .meta({
      title: 'What archiving sets',
      description: 'Such as { Status: Inactive }; without it nothing is archived',
    }),
})

export const settings = z.strictObject({
  instanceUrl: address.meta({ title: 'My Domain address', description: 'https://acme.my.salesforce.com' }),
  apiVersion: z
    .string()
    .regex(/^\d\d\.0$/)
    .default('62.0')
    .meta({ title: 'Version of the REST API' }),
  auth: auth.prefault({ type: 'clientCredentials' }).meta({ title: 'Sign-in' }),
  tokenUrl: address
    .optional()
    .meta({ title: 'Token endpoint', description: 'Default: /services/oauth2/token of My Domain' }),
  organizationId: z
    .string()
    .regex(/^00D[A-Za-z0-9]{12}([A-Z0-5]{3})?$/)
    .transform(longId)
    .optional()
    .meta({ title: 'Organization id', description: '00D…: outbound messages of any other org are refused' }),
  messages: z.enum(['readBack', 'asSent']).default('readBack').meta({
    title: 'Outbound messages',
    description: 'readBack: they say which record changed, and it is read; asSent: their fields are taken as they are',
  }),
  externalIdField: name.default('Hub_Id__c').meta({
    title: 'External id field',
    description: 'A text field of 36 characters or more on every object that is written: unique, external id',
  }),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional()
    .meta({ title: 'Currency of the org', description: 'Absent: several are active, and each record names its own' }),
  duplicateRules: z.enum(['obey', 'allowSave']).default('obey').meta({
    title: 'Duplicate rules',
    description: 'allowSave: what a rule only warns of is saved',
  }),
  overlapSeconds: z.int().min(0).max(3600).default(60).meta({
    title: 'How far a poll looks back',
    description: 'A change becomes visible when its transaction ends, which may be later than its time',
  }),
  objects: z
    .record(name, object)
    .default({})
    .meta({ title: 'Objects', description: 'More objects, or other fields of the usual ones' }),
})

export type Settings = z.infer<typeof settings>

export function objectsOf(given: Settings): readonly string[] {
  return [...new Set([...Object.keys(OBJECTS), ...Object.keys(given.objects)])]
}

const UNKNOWN_OBJECT: ObjectForm = { fields: ['Name'], findBy: [], merges: false }

/** How an object is read and searched with these settings. */
export function formOf(given: Settings, objectName: string): ObjectForm & { externalIdField: string } {
  const usual = OBJECTS[objectName] ?? UNKNOWN_OBJECT
  const own = given.objects[objectName]
  return {
    ...usual,
    fields: [...(own?.fields ?? usual.fields), ...(own?.moreFields ?? [])],
    findBy: own?.findBy ?? usual.findBy,
    externalIdField: own?.externalIdField ?? given.externalIdField,
  }
}
