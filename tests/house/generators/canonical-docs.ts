import type { EntityData, FieldData } from './canonical.ts'

const SURVIVORSHIP = {
  mostRecent: 'most recent',
  longest: 'longest',
  mostComplete: 'most complete',
  union: 'union, per element',
  consent: 'consent',
} as const

/** docs/canonical-model.md: how to read the model, and one table per entity. */
export function canonicalDocs(entities: readonly EntityData[], source: string): string {
  return [intro(source), ...entities.map(entitySection), ''].join('\n')
}

function intro(source: string): string {
  return `# The canonical model

Generated from \`${source}\` by \`npm run generate\`; do not edit. Every inbound mapping ends in these fields and every outbound mapping starts from them.

- **Absent** says nothing. **null** says "empty", and counts only where a value was seen before.
- **Links** point at another record: \`{"$ref": {"object": "company", "id": "42"}}\` by its remote id (\`"system"\` too, when it is another system's), or \`{"$key": {"email": "ana@example.com"}}\` by a strong key.
- **Money** is \`{"amount": "1234.50", "currency": "EUR"}\`: an exact decimal string, never a number. **Times** are RFC 3339 in UTC (\`2026-11-21T10:00:00Z\`), dates \`YYYY-MM-DD\`, phones E.164, countries ISO 3166-1 alpha-2, languages BCP 47.
- **Custom fields** go into \`extra\`; an unknown field elsewhere is refused.
- *Merge* says which statement wins when several systems speak: *most recent* (within the skew tolerance the system of higher priority), *longest*, *most complete*; *union* decides element by element; *consent* takes the latest explicit statement per channel and purpose, at equal times the more restrictive, and a default or an import without evidence never grants.
- *Key*: two records with the same value are the same customer, unless the value is blocked (\`rules/identity.yaml\`). An *exclusive* key contradicts that when the values differ.
- *PII*: personal data, masked for readers without the right to see it.

The shapes of the parts (Address, Consent, Line …) are in \`${source}\`.
`
}

function entitySection(entity: EntityData): string {
  return `## ${entity.name} · ${entity.titleZh}

${entity.description} ${entity.descriptionZh} Class: ${entity.class}.

| Field | Title | 名称 | Shape | Merge | Key | PII | Meaning |
|---|---|---|---|---|---|---|---|
${entity.fields.map(field => row(entity, field)).join('\n')}
`
}

function row(entity: EntityData, field: FieldData): string {
  const shape = field.linkTo ? `link to ${field.linkTo.join(', ')}` : field.shape
  const merge = entity.class === 'fact' ? '' : SURVIVORSHIP[field.survivorship as keyof typeof SURVIVORSHIP]
  const key = field.key ? `${field.key}${field.exclusive ? ' (exclusive)' : ''}` : ''
  const cells = [
    `\`${field.name}\``,
    field.title,
    field.titleZh,
    shape,
    merge,
    key,
    field.pii ? 'yes' : '',
    field.description,
  ]
  return `| ${cells.join(' | ')} |`
}
