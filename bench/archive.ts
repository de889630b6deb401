import { createServer } from 'node:http'
import { childOptions, serveParent } from './children.ts'

/**
 * A system full of customers, for first link: it makes its records when they are asked for, and takes writes without keeping
 * them. Every tenth is a customer, whom the other systems are to have too; the rest are leads, which stay where they are.
 */
export interface ArchiveOptions {
  records: number
}

const CUSTOMER_EVERY = 10
const FIRST_MS = Date.UTC(2025, 0, 1)
const APART_MS = 20_000
const options = childOptions() as ArchiveOptions
const counters = { pages: 0, writes: 0 }

function record(number: number): object {
  const digits = String(number).padStart(8, '0')
  return {
    id: `a-${digits}`,
    updatedAt: new Date(FIRST_MS + number * APART_MS).toISOString(),
    firstName: 'Ada',
    lastName: `Archive ${digits}`,
    email: `archive-${digits}@customers.example`,
    mobile: `+86139${digits}`,
    jobTitle: 'Head of Purchasing',
    leadSource: 'trade fair',
    stage: number % CUSTOMER_EVERY === 0 ? 'Customer' : 'Lead',
    notes: 'Met at the fair; asked for the price list. '.repeat(8),
  }
}

function page(url: URL): object {
  counters.pages += 1
  const from = Number(url.searchParams.get('after') ?? 0)
  const sinceMs = Date.parse(url.searchParams.get('modifiedSince') ?? '') || 0
  const first = Math.max(from, Math.max(0, Math.ceil((sinceMs - FIRST_MS) / APART_MS)))
  const last = Math.min(options.records, first + Number(url.searchParams.get('limit') ?? 100))
  const results = Array.from({ length: Math.max(0, last - first) }, (_, index) => record(first + index))
  return { results, ...(last < options.records ? { paging: { next: { after: String(last) } } } : {}) }
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const url = new URL(request.url ?? '/', 'http://archive')
    response.setHeader('content-type', 'application/json')
    if (request.method === 'GET') return response.end(JSON.stringify(page(url)))
    const { inputs } = JSON.parse(Buffer.concat(chunks).toString()) as { inputs: { id?: string }[] }
    const results = inputs.map(input => ({ id: input.id ?? `a-new-${(counters.writes += 1)}` }))
    return response.end(JSON.stringify({ results }))
  })
})

serveParent(
  {
    ready: () =>
      new Promise<string>((resolve, reject) => {
        server.once('error', reject)
        server.listen(0, '127.0.0.1', () => {
          const address = server.address()
          resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
        })
      }),
    counters: () => counters,
  },
  () => void server.close(),
)
