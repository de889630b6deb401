import { api } from './api.ts'
import { engine } from './engine.ts'
import { issues } from './issues.ts'
import { findings, table } from './mapping.ts'
import { refusals } from './refusals.ts'

/** What the hub says of a reason, in Chinese; in English it says so itself. */
export const reasons: Readonly<Record<string, string>> = {
  ...api,
  ...engine,
  ...findings,
  ...issues,
  ...refusals,
  ...table,
}
