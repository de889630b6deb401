import createFetchClient from 'openapi-fetch'
import createQueryClient from 'openapi-react-query'
import type { components, paths } from '../../src/console/api.gen.ts'
import { endSession, readToken } from './session.ts'

export type Schemas = components['schemas']
export type Problem = Schemas['Problem']

/** The REST API, as openapi/patchbay.yaml describes it, at the address that this page came from. */
export const api = createFetchClient<paths>({ baseUrl: '/api/v1' })

api.use({
  onRequest({ request }) {
    const token = readToken()
    if (token !== null) request.headers.set('authorization', `Bearer ${token}`)
    return request
  },
  onResponse({ response }) {
    // The token was revoked or has expired while the page was open.
    if (response.status === 401 && readToken() !== null) endSession('ended')
  },
})

/** The same as hooks: `queries.useQuery('get', '/mappings')`. */
export const queries = createQueryClient(api)

/** Pages ask again after this long, while they are seen. */
export const LIVE_MS = 5_000
