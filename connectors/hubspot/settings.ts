import { z } from 'zod'
import { OBJECTS } from './objects.ts'

const propertyName = z.string().regex(/^[a-z][a-z0-9_]*$/, 'expected the internal name of a property')
const byObject = z.partialRecord(z.enum(OBJECTS), z.array(propertyName))

export const settings = z.strictObject({
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .transform(url => url.replace(/\/+$/, ''))
    .default('https://api.hubapi.com')
    .meta({ title: 'Address of the API' }),
  auth: z.enum(['token', 'oauth']).default('token').meta({
    title: 'Sign-in',
    description: 'token: access token of a private app; oauth: refresh token of an app that was installed',
  }),
  signature: z.enum(['v3', 'v2', 'v1']).default('v3').meta({
    title: 'Signature of webhooks',
    description: 'v3 bears a time; v1 and v2 only where v3 cannot be had (v2: webhooks of workflows)',
  }),
  idProperty: propertyName.nullable().default('patchbay_id').meta({
    title: "Property for the hub's own id",
    description: 'Unique, on every object that routes write; null: it looks before it creates',
  }),
  findBy: byObject.default({ contact: ['email'], company: ['domain'] }).meta({
    title: 'Properties that find an existing record before a first create',
  }),
  properties: byObject.default({}).meta({
    title: 'More properties to read',
    description: 'Those that inbound mappings name are read anyway; for mappings with wildcards',
  }),
  deleteForGood: z.boolean().default(false).meta({
    title: 'Delete contacts for good',
    description: "By HubSpot's privacy deletion, instead of into its recycle bin",
  }),
  pageSize: z.int().min(1).max(200).default(100).meta({ title: 'Records per page of a poll' }),
  indexLagMs: z
    .int()
    .min(0)
    .default(30_000)
    .meta({ title: 'Search lag', description: 'How long a search may miss what was just written' }),
})

export type Settings = z.infer<typeof settings>
