import { requestBody } from '#connector/inbound/values/locator.ts'
import type { RawRequest } from '#connector/kit.ts'
import { isJsonObject, type JsonObject } from '#model/json.ts'

/** The fields that were sent, empty where the body is no form. */
export function fieldsOf(request: RawRequest): JsonObject {
  const body = requestBody(request)
  return body.ok && isJsonObject(body.value) ? body.value : {}
}

/** Whether a browser sent a plain form, and shows the answer to a person; scripts want JSON. */
export function isPlainForm({ headers }: RawRequest): boolean {
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)/i.test(headers['content-type'] ?? '')) return false
  return !(headers['accept'] ?? '').startsWith('application/json')
}

/** From `/in/<system>` or `/in/<system>/…` up to where `/in` and `/forms` stand. */
export function upTo(request: RawRequest): string {
  return '../'.repeat(1 + (request.path.match(/\//g)?.length ?? 0))
}
