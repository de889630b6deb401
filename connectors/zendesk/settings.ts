import { z } from 'zod'

/** One DNS label: whatever else stood there would send the credentials to another host. */
const SUBDOMAIN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

export const settings = z
  .strictObject({
    subdomain: z
      .string()
      .regex(SUBDOMAIN, 'expected the name before .zendesk.com')
      .optional()
      .meta({ title: 'Subdomain', description: 'The name before .zendesk.com' }),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .transform(url => url.replace(/\/+$/, ''))
      .optional()
      .meta({ title: 'Address instead of the subdomain', description: 'Only for proxies and tests' }),
    auth: z.enum(['apiToken', 'oauth']).default('apiToken').meta({
      title: 'Sign-in',
      description: 'apiToken: address of an agent and an API token; oauth: an access token',
    }),
    deleteForGood: z.boolean().default(false).meta({
      title: 'Delete users for good',
      description: 'Also from the list of deleted users, as privacy laws want it',
    }),
    pageSize: z.int().min(1).max(1000).default(1000).meta({ title: 'Records per page of a poll' }),
    indexLagMs: z
      .int()
      .min(0)
      .default(60_000)
      .meta({ title: 'Search lag', description: 'How long a search may miss what was just written' }),
  })
  .refine(({ subdomain, baseUrl }) => (subdomain === undefined) !== (baseUrl === undefined), {
    error: 'expected subdomain',
    path: ['subdomain'],
  })

export type Settings = z.infer<typeof settings>
