import type { Json } from '#model/json.ts'
import type { Note } from './note.ts'

/** A body as mappings see it, or why it cannot be one. */
export type BodyResult =
  | {
      ok: true
      value: Json
      notes: readonly Note[]
      /** Where reading JSON changed something: the exact text of an object or list in `value`. */
      sliceOf?: (part: Json) => string | undefined
    }
  | {
      ok: false
      code: 'malformed' | 'too_deep' | 'too_many' | 'unsupported_type'
      message: string
      /** Character offset in the decoded text, where the parser knows it. */
      position?: number
    }
