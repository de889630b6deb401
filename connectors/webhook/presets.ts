import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { presetSettings, type Preset } from '#connector/inbound/preset.ts'
import { inboundSettings } from '#connector/inbound/settings.ts'
import { isJsonObject } from '#model/json.ts'

const FOLDER = join(import.meta.dirname, 'presets')

/** Every provider that has a file in `presets/`, by the name of its file. */
export const presets: ReadonlyMap<string, Preset> = new Map(
  await Promise.all(
    readdirSync(FOLDER)
      .filter(file => /^[a-z][a-z0-9-]*\.ts$/.test(file))
      .sort()
      .map(async file => [file.slice(0, -3), await loadPreset(join(FOLDER, file))] as const),
  ),
)

async function loadPreset(file: string): Promise<Preset> {
  const module = (await import(pathToFileURL(file).href)) as { default?: Preset }
  if (module.default === undefined) throw new Error(`${file} must export default definePreset({ … })`)
  return module.default
}

/** Settings of the receiving side, or the name of a preset with what shall differ from it. */
export const receivingSettings = z.preprocess(
  withPreset,
  inboundSettings.extend({
    preset: z
      .enum([...presets.keys()])
      .optional()
      .meta({
        title: 'Preset',
        description: 'A provider whose webhooks are known; other settings are laid over those of the preset',
      }),
  }),
)

function withPreset(given: unknown): unknown {
  if (!isJsonObject(given) || typeof given['preset'] !== 'string') return given
  const preset = presets.get(given['preset'])
  return preset === undefined ? given : presetSettings(preset, given)
}
