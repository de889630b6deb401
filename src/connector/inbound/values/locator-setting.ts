import { z } from 'zod'
import { parsePath } from '../../value-path.ts'
import { parseLocator } from './locator.ts'

const LOCATOR_HINT =
  '`header:NAME`, `query:NAME`, `body:PATH`, `key:`, `value:TEXT`, or a path in the event such as `data.id`; `header:NAME#v1` picks a field of `t=1,v1=abc`; `A | B`: B where A is not there'

/** Where a value stands in a request, as settings write it. */
export const locator = z
  .string()
  .max(300)
  .refine(text => parseLocator(text) !== undefined, { error: `expected ${LOCATOR_HINT}` })
  .meta({ description: LOCATOR_HINT })

export const path = z
  .string()
  .max(300)
  .refine(text => parsePath(text) !== undefined, { error: 'expected a path such as `data.items[*]`' })

/** Conditions: a text in which `*` stands for any, or null for "is not there". */
export const conditions = z.record(locator, z.string().nullable())
