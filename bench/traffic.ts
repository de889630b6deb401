import { createHmac } from 'node:crypto'

/** One webhook of the benchmark's source system, before it is signed. */
export interface BenchEvent {
  /** By what the sandboxes tell of its arrival: the person's mail address or the company's name. Unique per event. */
  mark: string
  id: string
  body: string
  /** Destinations it must reach: the marketing tool takes no companies. */
  destinations: 3 | 4
  record: Known
  isNew: boolean
}

/** A record of the source system; each is changed once at most, so that marks stay unique within a run. */
interface Known {
  number: number
  isCompany: boolean
}

const COMPANY_EVERY = 10
const UPDATE_EVERY = 5
/** Records of one run. */
const NUMBERS_MAX = 500_000
const FIRST_NAMES = ['Ana', 'Wei', 'Lukas', 'Fatima', 'Jun', 'Chloé', 'Mateo', 'Ingrid', 'Kofi', 'Yuki']
const LAST_NAMES = ['Silva', 'Zhang', 'Müller', 'Haddad', 'Sato', 'Laurent', 'García', 'Larsen', 'Mensah', 'Tanaka']
const TITLES = ['Head of Purchasing', 'Sales Engineer', 'Managing Director', 'Support Lead', 'Data Protection Officer']
const CITIES = ['Lisbon', 'Shanghai', 'Hamburg', 'Lyon', 'Oslo']

/**
 * Realistic webhooks of about 1.3 KB: every tenth is about a company, four of five persons work for one.
 * Names, mails, phones and tax ids hold the run's number (0 to 99), so runs on one database never match each other.
 */
export function createTraffic(run: number) {
  const prefix = `r${run}`
  let next = 0
  let known: Known[] = []
  let companies: number[] = []
  /** Companies of earlier calls. */
  let oldCompanies: number[] = []

  /** Most people work for a company that has been known for long, some for one that is on its way itself. */
  function employerOf(number: number): number | undefined {
    if (number % 5 === 0) return undefined
    if (number % 10 === 1 || oldCompanies.length === 0) return companies.at(-20)
    return oldCompanies[number % oldCompanies.length]
  }

  function person(number: number, change: number): BenchEvent {
    const mark = `${prefix}-${pad(number)}@customers.example`
    const company = employerOf(number)
    const data = {
      id: `c-${prefix}-${pad(number)}`,
      email: mark,
      first_name: pick(FIRST_NAMES, number),
      last_name: pick(LAST_NAMES, number >> 2) + (change === 1 ? '-Weber' : ''),
      mobile: `+8613${String(number % 7)}${digits(run, number, change === 2)}`,
      ...(company === undefined ? {} : { company_id: `o-${prefix}-${pad(company)}` }),
      job_title: change === 2 ? 'Partner' : pick(TITLES, number),
      department: 'Operations',
      role: 'customer',
      language: 'en-GB',
      lifecycle_stage: 'customer',
      score: number % 100,
      address: {
        street: `Long Avenue ${number % 300}`,
        city: pick(CITIES, number),
        postal_code: `1${pad(number).slice(-4)}`,
        country: 'DE',
      },
      tags: ['newsletter', 'beta', `cohort-${number % 12}`],
      customer_number: `${prefix}-${number}`,
      consents: [
        {
          channel: 'email',
          purpose: 'marketing',
          status: 'granted',
          at: '2026-10-05T08:30:00Z',
          evidence: {
            method: 'doubleOptIn',
            source: 'web form',
            url: 'https://www.example.com/newsletter',
            text: 'I want to receive news about products and offers by e-mail. I can withdraw at any time.',
          },
        },
      ],
      custom: {
        utm: { source: 'search', medium: 'cpc', campaign: 'autumn-2026', content: 'headline-b' },
        landing_page: `https://www.example.com/products/pumps/series-${number % 50}?ref=autumn`,
        referrer:
          'https://www.example.org/reviews/the-ten-best-pumps-for-small-and-large-plants-of-the-year-2026-compared-in-detail',
        first_visit: '2026-09-14T10:12:44Z',
        user_agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36',
      },
    }
    return {
      ...event(`contact.${change > 0 ? 'updated' : 'created'}`, data, number, change),
      mark,
      destinations: 4,
      record: { number, isCompany: false },
      isNew: change === 0,
    }
  }

  function company(number: number, change: number): BenchEvent {
    const mark = `${prefix}-${pad(number)} Industries${change > 0 ? ' Group' : ''}`
    const data = {
      id: `o-${prefix}-${pad(number)}`,
      name: mark,
      legal_name: `${prefix}-${pad(number)} Industries GmbH & Co. KG`,
      tax_id: `DE${digits(run, number).padStart(9, '7')}`,
      role: 'customer',
      phone: `+49 40 ${digits(run, number)}`,
      website: `https://www.${prefix}-${pad(number)}.example`,
      domain: `${prefix}-${pad(number)}.example`,
      industry: 'Mechanical engineering',
      employees: 20 + (number % 900),
      revenue: `${1_000_000 + number}.00`,
      currency: 'EUR',
      address: {
        street: `Harbour Road ${number % 300}`,
        city: pick(CITIES, number),
        postal_code: '20457',
        country: 'DE',
      },
      tags: ['key account', `region-${number % 8}`],
      custom: { note: 'Delivers to all plants. '.repeat(30), erp_group: `G${number % 20}` },
    }
    return {
      ...event(`company.${change > 0 ? 'updated' : 'created'}`, data, number, change),
      mark,
      destinations: 3,
      record: { number, isCompany: true },
      isNew: change === 0,
    }
  }

  function event(type: string, data: { id: string }, number: number, change: number) {
    const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data })
    return { id: `msg_${prefix}_${number}_${change}`, body }
  }

  function fresh(): BenchEvent {
    const number = next++
    if (number % COMPANY_EVERY !== 0) return person(number, 0)
    companies.push(number)
    return company(number, 0)
  }

  return {
    /** New records only. */
    creates: (count: number): BenchEvent[] => Array.from({ length: count }, fresh),
    /** New records, and after every fourth a change of one that was sent before this call, as far as there are any. */
    mixed(count: number): BenchEvent[] {
      return Array.from({ length: count }, (_, index) => {
        const change = index % UPDATE_EVERY === UPDATE_EVERY - 1 ? known.shift() : undefined
        if (change === undefined) return fresh()
        return change.isCompany ? company(change.number, 1) : person(change.number, 1 + (change.number % 2))
      })
    },
    /** Which events of the last call were sent: what those made can be changed later, the others never were. */
    settle(sent: readonly BenchEvent[], unsent: readonly BenchEvent[]): void {
      const neverSent = new Set(unsent.filter(({ isNew }) => isNew).map(({ record }) => record.number))
      companies = companies.filter(number => !neverSent.has(number))
      oldCompanies = companies.slice()
      const unchanged = unsent.filter(({ isNew }) => !isNew).map(({ record }) => record)
      known = [...unchanged, ...known, ...sent.filter(({ isNew }) => isNew).map(({ record }) => record)]
    },
  }
}

function pad(number: number): string {
  return String(number).padStart(8, '0')
}

/** Eight digits that no other number of no other run has; a changed number takes the upper half of the run's range. */
function digits(run: number, number: number, changed = false): string {
  return String(run * 2 * NUMBERS_MAX + number + (changed ? NUMBERS_MAX : 0)).padStart(8, '0')
}

function pick(list: readonly string[], number: number): string {
  return list[number % list.length] ?? ''
}

/** A whole HTTP/1.1 request with the signature of Standard Webhooks; signed ahead, so that sending costs next to nothing. */
export function signedRequest(path: string, key: Buffer, event: BenchEvent, nowMs: number): Buffer {
  const timestamp = Math.floor(nowMs / 1000)
  const signature = createHmac('sha256', key).update(`${event.id}.${timestamp}.`).update(event.body).digest('base64')
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nuser-agent: patchbay-bench/1\r\n` +
      `webhook-id: ${event.id}\r\nwebhook-timestamp: ${timestamp}\r\nwebhook-signature: v1,${signature}\r\n` +
      `content-length: ${Buffer.byteLength(event.body)}\r\n\r\n${event.body}`,
  )
}
