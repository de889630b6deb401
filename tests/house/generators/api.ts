import { openapiTypes } from './openapi-types.ts'

/** The types of the REST API. */
export function apiFiles(root: string): { path: string; content: string }[] {
  return [{ path: 'src/console/api.gen.ts', content: openapiTypes(root, 'openapi/patchbay.yaml') }]
}
