import { randomBytes } from 'node:crypto'

/** Makes ids; injected, so that simulations are repeatable. */
export interface Ids {
  /** A uuid v7 (RFC 9562): sorts by time, and within one process by order of making. */
  uuid(): string
  /** 32 hex digits, a W3C trace id. */
  traceId(): string
}

const POOL_BYTES = 16_384
const SEQUENCE_MAX = 0xfff

/**
 * Ids from a clock (epoch ms) and a source of random bytes. The 12 bits after the version count the ids of one
 * millisecond, so that ids made later never sort earlier; a clock that steps back keeps the last millisecond.
 */
export function createIds(nowMs: () => number = Date.now, random: (bytes: number) => Uint8Array = randomBytes): Ids {
  let lastMs = 0
  let sequence = 0
  let pool = ''
  let offset = 0

  function hex(digits: number): string {
    if (offset + digits > pool.length) {
      pool = Buffer.from(random(POOL_BYTES)).toString('hex')
      offset = 0
    }
    const taken = pool.slice(offset, offset + digits)
    offset += digits
    return taken
  }

  function tick(): void {
    const ms = nowMs()
    if (ms > lastMs) {
      lastMs = ms
      sequence = 0
    } else if (sequence < SEQUENCE_MAX) {
      sequence += 1
    } else {
      lastMs += 1
      sequence = 0
    }
  }

  return {
    uuid() {
      tick()
      const time = lastMs.toString(16).padStart(12, '0')
      const variant = (8 + (Number.parseInt(hex(1), 16) & 3)).toString(16)
      return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence.toString(16).padStart(3, '0')}-${variant}${hex(3)}-${hex(12)}`
    },
    traceId: () => hex(32),
  }
}

/** When a uuid v7 was made (epoch ms); undefined for any other text. */
export function uuidTimeMs(id: string): number | undefined {
  if (id.length !== 36 || id[14] !== '7') return undefined
  const ms = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
  return Number.isNaN(ms) ? undefined : ms
}

/** The trace id of a W3C `traceparent` header, undefined when there is none that is valid. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  const match = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(traceparent ?? '')
  return match?.[1] === '0'.repeat(32) ? undefined : match?.[1]
}
