import { z } from 'zod'
import { ENTITIES } from '#model/entities.ts'
import { COMPARE } from '#rules/comparators.ts'
import { duration, size } from './quantity.ts'

/**
 * The shape of `patchbay.yaml`, section by section, with every default. Systems and routes are checked one by one
 * (see load.ts), so that a mistake in one never hides a mistake in another.
 */
const NAME = /^[a-z][a-z0-9-]{0,62}$/
export const nameSchema = z
  .string()
  .regex(NAME, 'a name of small letters, digits and hyphens that starts with a letter, such as helpdesk-eu')

const remoteObject = z
  .string()
  .regex(/^[A-Za-z_][\w.-]{0,99}$/, "the vendor's name of an object, such as contact or res.partner")

const count = (min: number, max: number) => z.int().min(min).max(max)

export const fileSchema = z.strictObject({
  hub: z.unknown().exactOptional(),
  teams: z.unknown().exactOptional(),
  systems: z.unknown().exactOptional(),
  routes: z.unknown().exactOptional(),
  policy: z.unknown().exactOptional(),
  limits: z.unknown().exactOptional(),
  retention: z.unknown().exactOptional(),
  alerts: z.unknown().exactOptional(),
})

export const hubSchema = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1'),
    port: z.int().min(0).max(65_535).default(4600),
    publicUrl: z.url({ protocol: /^https?$/ }).exactOptional(),
    dataDir: z.string().min(1).default('data'),
    otlpEndpoint: z.url({ protocol: /^https?$/ }).exactOptional(),
    mappings: z.array(z.string().min(1)).min(1).exactOptional(),
    allowPrivateAddresses: z.boolean().default(false),
    defaultCountry: z
      .string()
      .regex(/^[A-Z]{2}$/, 'an ISO 3166 country of two letters, such as CN')
      .default('CN'),
  })
  .prefault({})

export const teamsSchema = z
  .record(nameSchema, z.strictObject({ title: z.string().exactOptional(), email: z.email().exactOptional() }))
  .default({})

const compare = z.enum(COMPARE)
const oneOrMore = <T extends z.ZodType>(schema: T) => z.union([schema.transform(one => [one]), z.array(schema).min(1)])

const reference = z.union([z.string(), z.array(z.string()).min(1)])

export const systemSchema = z.strictObject({
  connector: z.string(),
  team: z.string().exactOptional(),
  title: z.string().exactOptional(),
  settings: z.record(z.string(), z.unknown()).default({}),
  secrets: z.record(z.string(), reference).default({}),
  mappings: z
    .string()
    .regex(/^[\w-]+$/, 'the name of a folder below the mappings folder')
    .exactOptional(),
  priority: z.int().min(-1000).max(1000).default(0),
  author: oneOrMore(z.string().min(1)).exactOptional(),
  credentialsExpire: z.iso.date().exactOptional(),
  objects: z
    .record(
      remoteObject,
      z
        .strictObject({
          pollEvery: duration.exactOptional(),
          compareIdsEvery: duration.exactOptional(),
          loadGroup: z.string().exactOptional(),
          brake: z
            .union([
              z.literal('off'),
              z.strictObject({
                records: count(1, 100_000_000).default(200),
                percent: z.number().min(0).max(100).default(2),
              }),
            ])
            .exactOptional(),
          compare: z.record(z.string(), oneOrMore(compare)).exactOptional(),
        })
        .nullable(),
    )
    .default({}),
  limits: z
    .strictObject({
      concurrency: count(1, 256).exactOptional(),
      perSecond: z.number().positive().exactOptional(),
      perDay: count(1, 1_000_000_000).exactOptional(),
      timeout: duration.exactOptional(),
      probeAfter: duration.exactOptional(),
    })
    .default({}),
})

export const routeSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'a name of letters, digits, dots and hyphens')
    .exactOptional(),
  entity: z.enum(ENTITIES),
  system: z.string(),
  object: remoteObject,
  when: z.string().min(1).exactOptional(),
  mapping: z.string().min(1).exactOptional(),
  onRouteExit: z.enum(['freeze', 'archive', 'delete']).default('freeze'),
  onSourceDelete: z.enum(['ignore', 'archive', 'delete']).default('ignore'),
  losingEdits: z.enum(['writeBack', 'keepLocal']).default('writeBack'),
})

const survivorship = z.strictObject({
  rule: z.enum(['mostRecent', 'priority', 'longest', 'mostComplete']),
  systems: z.array(z.string()).min(1).exactOptional(),
})

export const policySchema = z
  .strictObject({
    skewTolerance: duration.default(2 * 60_000),
    dedupeWindow: duration.default(30 * 86_400_000),
    factRepeat: duration.default(10 * 60_000),
    survivorship: z.partialRecord(z.enum(ENTITIES), z.record(z.string(), survivorship)).default({}),
    blockedKeys: z.array(z.string().min(1)).default([]),
    keyUsesMax: count(1, 10_000).default(20),
    matching: z
      .strictObject({
        linkBits: z.number().min(-20).max(60).default(3),
        reviewBits: z.number().min(-20).max(60).default(-2),
        clusterRecordsMax: count(2, 1_000).default(25),
        model: z.string().min(1).exactOptional(),
      })
      .exactOptional(),
  })
  .prefault({})

const MIB = 1_024 ** 2

export const limitsSchema = z
  .strictObject({
    body: size.default(MIB),
    headers: size.default(16 * 1_024),
    requestTimeout: duration.default(15_000),
    eventsPerRequest: count(1, 100_000).default(1_000),
    mappingTime: duration.default(50),
    mappingOutput: size.default(MIB),
    nesting: count(4, 1_000).default(64),
    shards: count(1, 64).exactOptional(),
    refusedKeptPerSystem: count(0, 100_000).default(500),
  })
  .prefault({})

export const retentionSchema = z
  .strictObject({
    requestsDays: count(1, 3_650).default(30),
    eventsDays: count(1, 3_650).default(90),
    attemptsDays: count(1, 3_650).default(30),
    refusedHours: count(1, 720).default(24),
  })
  .prefault({})
