import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { givenSchema } from '#cli/map/source-file.ts'
import { checkMapping } from '#mapping/language/check.ts'

const openapi = `
openapi: 3.0.3
components:
  schemas:
    Base: { type: object, properties: { id: { type: integer }, mail: { type: string, nullable: true } } }
    Contact:
      allOf:
        - $ref: '#/components/schemas/Base'
        - type: object
          additionalProperties: false
          properties: { age: { type: integer }, boss: { $ref: '#/components/schemas/Contact' } }
`

const folder = mkdtempSync(join(tmpdir(), 'patchbay-schema-'))
afterAll(() => rmSync(folder, { recursive: true }))

function written(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

test('a mapping is checked against one schema of an OpenAPI document', () => {
  const schema = givenSchema({ schema: `${written('api.yaml', openapi)}#/components/schemas/Contact` })
  const { findings } = checkMapping('{"person": {"email": boss.mial, "jobTitle": age, "language": mail & id}}', {
    kind: 'inbound',
    schema,
  })
  expect(findings.map(({ code, line, column }) => `${code} ${line}:${column}`)).toEqual([
    'always_empty 1:13',
    'unknown_field 1:27',
    'wrong_type 1:33',
  ])
})

test('what is no schema is told with what was expected', () => {
  const file = written('api.yaml', openapi)
  expect(() => givenSchema({ schema: file })).toThrow(
    `${file} is an OpenAPI document: name one of its schemas, as in ${file}#/components/schemas/Base (Base, Contact)`,
  )
  expect(() => givenSchema({ schema: `${file}#/components/schemas/Order` })).toThrow(
    `${file}: there is nothing at #/components/schemas/Order`,
  )
  expect(() => givenSchema({ schema: written('x.json', '{') })).toThrow('expected a JSON or YAML file')
})
