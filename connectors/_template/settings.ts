import { z } from 'zod'

export const settings = z.strictObject({
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .meta({ title: 'Address of the API', description: 'Such as https://api.example.com/v1' }),
})

export type Settings = z.infer<typeof settings>

/** The vendor's objects that this connector knows; each has mappings of its own. */
export const OBJECTS = ['contact'] as const
