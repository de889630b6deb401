/** When the TLS certificates end that were seen at the hosts of systems; of each host the last one counts. */
export interface Certificates {
  note(system: string, host: string, endsAtMs: number): void
  all(): readonly { system: string; host: string; endsAtMs: number }[]
}

/** More hosts than systems have; a vendor that names new ones with every call must fill no memory. */
const HOSTS_MAX = 5_000

export function createCertificates(): Certificates {
  const seen = new Map<string, { system: string; host: string; endsAtMs: number }>()
  return {
    note(system, host, endsAtMs) {
      const key = `${system} ${host}`
      if (seen.size < HOSTS_MAX || seen.has(key)) seen.set(key, { system, host, endsAtMs })
    },
    all: () => [...seen.values()],
  }
}
