import type { Preset } from '#connector/inbound/preset.ts'
import type { Connector } from '#connector/kit.ts'
import { bullets, presetSection } from './preset-docs.ts'

/** The page: a section per connector, and a table of the presets. */
export function connectorDocs(
  connectors: ReadonlyMap<string, Connector<unknown>>,
  presets: ReadonlyMap<string, Preset>,
): string {
  const sections = [...connectors].map(([name, connector]) => connectorSection(name, connector))
  return [INTRO, ...sections, PRESETS, ...[...presets].map(([name, preset]) => presetSection(name, preset)), ''].join(
    '\n',
  )
}

const INTRO = `# Connectors

Made from the manifests of \`connectors/\` and the presets of \`connectors/webhook/presets/\` by \`npm run generate\`; do not edit. How to set a system up stands in the README of its connector.
`

const PRESETS = `
## Presets

\`in: { preset: NAME }\` in the settings of \`webhook\` and \`http\` ([how](../connectors/webhook/README.md#presets-inpreset)). Every preset passes one suite with a fixture made by an independent implementation of the sender's scheme: accepted; refused with a proof that is missing, of a wrong length or changed, with a body changed where it is signed, with a stale time where there is one; any of several live secrets; the same keys twice. *Checked* says what it was held against beyond that.
`

function connectorSection(
  name: string,
  { manifest, webhook, listener, pull, push, check }: Connector<unknown>,
): string {
  const { limits, evidence, removals } = manifest
  const rates = [
    `calls at a time: ${limits.concurrency}`,
    limits.perSecond === undefined ? [] : `${limits.perSecond} per second`,
    limits.perDay === undefined ? [] : `${limits.perDay} per day`,
    `time-out ${limits.timeoutMs / 1000} s`,
  ].flat()
  const comesIn = [
    webhook ? 'webhooks' : [],
    listener ? 'a listener of its own' : [],
    pull?.changes ? 'polls of changes' : [],
    pull?.ids ? 'lists of ids' : [],
  ].flat()
  const goesOut = [
    push ? 'upserts' : [],
    push?.delete ? 'deletes' : [],
    push?.find ? 'searches before a first create' : [],
  ].flat()
  const objects = typeof manifest.objects === 'function' ? 'by its settings' : manifest.objects.join(', ')
  const lines: [string, string][] = [
    ['Comes in', comesIn.join(', ') || 'nothing'],
    ['Goes out', goesOut.join(', ') || 'nothing'],
    ['Objects', objects],
    [
      'Secrets',
      Object.entries(manifest.secrets)
        .map(([secret, { label, required }]) => `\`${secret}\`${required ? '' : ' (optional)'}: ${label.en}`)
        .join('; '),
    ],
    ['Repeats', typeof manifest.idempotency === 'function' ? 'by its settings' : REPEATS[manifest.idempotency]],
    ['Deletes', removals?.deletes ?? ''],
    ['Merges', removals?.merges ?? ''],
    ['Limits', rates.join(', ')],
    ['Credentials', check ? 'proved by a harmless call (`patchbay check`)' : 'not proved before use'],
    ['Checked against', evidence?.checked.join('; ') ?? 'its own suite'],
    ['Unverified', evidence?.unverified?.join('; ') ?? ''],
  ]
  return `## ${manifest.title.en}

\`${name}\` ([set-up](../connectors/${name}/README.md)). ${manifest.description.en}

${bullets(lines)}
`
}

const REPEATS = {
  upsert: 'safe: it writes by an external id',
  find: 'it looks before it creates',
  atLeastOnce: 'it can neither upsert nor find: duplicates are possible',
} as const
