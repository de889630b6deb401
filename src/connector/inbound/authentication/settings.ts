import { z } from 'zod'
import { locator } from '../values/locator-setting.ts'
import { parseSigned, templateNames } from './signed-content.ts'

const template = z.string().refine(text => parseSigned(text) !== undefined, {
  error:
    'expected text with {timestamp}, {body}, {method}, {url}, {path}, {secret}, {form}, {sortedQuery}, {queryValues}, {bodyMd5}, {header:NAME}, {query:NAME} or {body:PATH}',
})

const timestamp = z.strictObject({
  from: locator,
  unit: z.enum(['s', 'ms', 'rfc3339']).default('s'),
  toleranceSeconds: z.int().positive().nullable().default(300).meta({ description: 'null: not checked' }),
})

const hmac = z
  .strictObject({
    scheme: z.literal('hmac'),
    algorithm: z.enum(['sha1', 'sha256', 'sha384', 'sha512', 'md5']).default('sha256').meta({ title: 'Algorithm' }),
    signature: locator.meta({ title: 'Where the signature stands' }),
    encoding: z.enum(['hex', 'base64', 'base64url']).default('hex').meta({ title: 'Encoding of the signature' }),
    prefix: z.string().default('').meta({ title: 'Text before the signature, such as `sha256=`' }),
    signed: z
      .union([template, z.array(template).min(2)])
      .default('{body}')
      .meta({
        title: 'What is signed',
        description: 'Such as `{timestamp}.{body}`; {url} is the public address. A list is sorted and then joined.',
      }),
    keyFormat: z.enum(['text', 'base64', 'hex']).default('text').meta({ title: 'How the secret is written' }),
    keyed: z
      .boolean()
      .default(true)
      .meta({ title: 'Keyed (HMAC)', description: 'false: a plain hash over {secret} and the rest' }),
    keyOver: template.optional().meta({ title: 'The key is itself an HMAC with the secret, over this text' }),
    prehash: z.boolean().default(false).meta({ title: 'Signed is the SHA-256 of the text in hex, not the text' }),
    url: z
      .enum(['exact', 'decodedQuery', 'anyPort'])
      .default('exact')
      .meta({ title: 'Form of {url}', description: 'decodedQuery: as HubSpot; anyPort: as Twilio. Each form counts.' }),
    bodyHash: locator
      .optional()
      .meta({ title: 'SHA-256 of the body in hex', description: 'Where it is there, it must be right' }),
    timestamp: timestamp.optional().meta({ title: 'Timestamp of the attempt' }),
  })
  .refine(s => s.timestamp !== undefined || !placeholders(s.signed).includes('timestamp'), {
    error: '`signed` uses {timestamp}: say in `timestamp.from` where it stands',
    path: ['timestamp'],
  })
  .refine(s => s.keyed || placeholders(s.signed).includes('secret'), {
    error: 'a plain hash without {secret} in `signed` could be made by anyone',
    path: ['signed'],
  })

function placeholders(signed: string | readonly string[]): readonly string[] {
  return [signed].flat().flatMap(text => templateNames(parseSigned(text) ?? []))
}

const publicKey = z
  .strictObject({
    scheme: z.literal('publicKey'),
    algorithm: z.enum(['sha256', 'sha384', 'sha512']).default('sha256'),
    signature: locator.meta({ title: 'Where the signature stands (base64)' }),
    signed: template.default('{body}'),
    timestamp: timestamp.optional(),
  })
  .meta({ description: 'ECDSA or RSA; the secret is the public key of the sender: base64 DER (SPKI) or PEM' })

const jwt = z
  .strictObject({
    scheme: z.literal('jwt'),
    token: locator.meta({ title: 'Where the token stands' }),
    issuer: z.string().min(1),
    audience: z.string().min(1),
    toleranceSeconds: z.int().positive().nullable().default(300),
  })
  .meta({ description: 'RS256; the secret is the public key: PEM, a JWK or a JWK set. The body is not signed.' })

const signatureSchemes = [hmac, publicKey, jwt] as const

const credentialSchemes = [
  z.strictObject({ scheme: z.literal('basic'), username: z.string().min(1) }),
  z.strictObject({ scheme: z.literal('bearer') }),
  z.strictObject({ scheme: z.literal('token'), in: z.enum(['header', 'query', 'body']), name: z.string().min(1) }),
  z.strictObject({ scheme: z.literal('pathToken') }).meta({ description: 'POST /in/<system>/<token>' }),
  z
    .strictObject({
      scheme: z.literal('sharedSecret'),
      header: z.string().min(1).default('X-Hub-Token'),
      query: z.string().min(1).default('token'),
    })
    .meta({
      description:
        'The secret wherever the sender can put it: in the path, a header, the query, as a bearer token or basic password',
    }),
] as const

/** How a sender proves who it is. */
export const authenticationSettings = z.discriminatedUnion('scheme', [
  z.strictObject({
    scheme: z.literal('standardWebhooks'),
    headerPrefix: z.enum(['webhook', 'svix']).default('webhook'),
    toleranceSeconds: z.int().positive().nullable().default(300).meta({ description: 'null: not checked' }),
  }),
  ...signatureSchemes,
  ...credentialSchemes,
  z
    .strictObject({
      scheme: z.literal('anyOf'),
      schemes: z.array(z.discriminatedUnion('scheme', [...signatureSchemes, ...credentialSchemes])).min(2),
    })
    .meta({ description: 'Schemes of which one is enough; for senders with several generations of a signature' }),
  z.strictObject({ scheme: z.literal('none'), unsigned: z.literal(true) }).meta({
    description: 'Anyone can send. The content is not believed: each event only causes the record to be read back.',
  }),
])

export type Authentication = z.infer<typeof authenticationSettings>
export type HmacSettings = z.infer<typeof hmac>
export type PublicKeySettings = z.infer<typeof publicKey>
export type JwtSettings = z.infer<typeof jwt>
