export type JsonPrimitive = string | number | boolean | null
export type JsonObject = { [key: string]: Json }
export type Json = JsonPrimitive | Json[] | JsonObject

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
