import { z } from 'zod'
import { OBJECTS, type ObjectForm } from './objects.ts'

const name = z.string().regex(/^[a-z]\w*$/, { error: 'expected the technical name of a field' })

const externalIds = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('xmlId'),
      module: z
        .string()
        .regex(/^[a-z]\w*$/)
        .default('patchbay')
        .meta({ title: 'Module part of the external ids' }),
    })
    .meta({
      title: "Odoo's own external ids",
      description: 'Nothing to prepare; new records are loaded as an import does',
    }),
  z
    .strictObject({ type: z.literal('field'), name: name.default('x_hub_id') })
    .meta({ title: 'A field of your own', description: 'A text field of that name on every model that is written' }),
])

const object = z.strictObject({
  moreFields: z.array(name).default([]).meta({ title: 'Fields to read beside the usual ones' }),
  domain: z
    .array(z.json())
    .default([])
    .meta({ title: 'Only these records', description: 'Such as [["company_id", "=", 1]]' }),
})

export const settings = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .transform(url => url.replace(/\/+$/, ''))
    .meta({ title: 'Address', description: 'https://acme.odoo.com' }),
  database: z.string().min(1).optional().meta({
    title: 'Database',
    description: 'For jsonrpc always; for json2 where the address serves several',
  }),
  api: z
    .enum(['json2', 'jsonrpc'])
    .default('json2')
    .meta({ title: 'Interface', description: 'json2: Odoo 19 and later; jsonrpc: until Odoo 21' }),
  login: z.string().min(1).optional().meta({ title: 'User name', description: 'For jsonrpc' }),
  externalIds: externalIds.prefault({ type: 'xmlId' }).meta({ title: 'Where the hub keeps its ids' }),
  lang: z
    .string()
    .regex(/^[a-z]{2,3}(_[A-Z]{2})?$/)
    .default('en_US')
    .meta({ title: 'Language of names that Odoo translates, such as countries and stages' }),
  overlapSeconds: z.int().min(2).max(3600).default(120).meta({
    title: 'How far a poll looks back',
    description: 'A change bears the time at which its transaction began, and is seen when it ended',
  }),
  objects: z
    .partialRecord(z.enum(Object.keys(OBJECTS)), object)
    .default({})
    .meta({ title: 'Objects' }),
})

export type Settings = z.infer<typeof settings>

/** What an object is with these settings; undefined when there is none of that name. */
export function formOf(given: Settings, objectName: string): ObjectForm | undefined {
  const usual = Object.hasOwn(OBJECTS, objectName) ? OBJECTS[objectName] : undefined
  if (usual === undefined) return undefined
  const own = given.objects[objectName]
  const idField = given.externalIds.type === 'field' ? [given.externalIds.name] : []
  const fields = [...new Set([...usual.fields, ...idField, ...(own?.moreFields ?? [])])]
  return {
    ...usual,
    domain: [...usual.domain, ...(own?.domain ?? [])],
    fields,
  }
}
