import type { JsonObject } from '#model/json.ts'
import type { Settings } from './settings.ts'

/** A record's state with its currency: an org with a single one has no field for it. */
export function withCurrency({ currency }: Settings, state: JsonObject): JsonObject {
  return currency === undefined ? state : { ...state, CurrencyIsoCode: currency }
}

/** What is written to an org with a single currency: its own is left out, and another is refused (undefined). */
export function inCurrency({ currency }: Settings, content: JsonObject): JsonObject | undefined {
  const { CurrencyIsoCode: given, ...rest } = content
  if (currency === undefined || given === undefined) return content
  return given === null || given === currency ? rest : undefined
}

export function refusedCurrency({ currency }: Settings) {
  return { kind: 'rejected' as const, reason: `the org knows ${currency} only`, field: 'CurrencyIsoCode' }
}
