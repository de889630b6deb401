import type { CompletionResult } from '@codemirror/autocomplete'
import { api } from '../../api/client.ts'
import type { Which } from '../draft/start.ts'

const TYPES = {
  field: 'property',
  target: 'property',
  function: 'function',
  variable: 'variable',
  text: 'text',
} as const

/** What the hub says may stand at a place of the text. */
export async function completionsOf(which: Which, source: string, position: number): Promise<CompletionResult | null> {
  const { data } = await api.POST('/mappings/{folder}/{mapping}/completions', {
    params: { path: which },
    body: { source, position },
  })
  if (data === undefined || data.options.length === 0) return null
  return {
    from: data.from,
    options: data.options.map(({ label, kind, detail }) => ({ label, detail, type: TYPES[kind] })),
    validFor: /^\$?[\p{L}\p{N}_]*$/u,
  }
}
