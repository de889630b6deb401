import type { Closers } from '#app/assemble.ts'
import type { HubParts } from '#app.ts'
import type { Role } from '#store/processes.ts'
import type { Owner } from '../scheduler.ts'

/** One process of the hub, from its start to its end. What it set going belongs to it, and ends with it. */
export interface HubProcess extends Owner {
  readonly role: Role
  readonly closers: Closers
  /** Undefined until it has started. */
  parts(): HubParts | undefined
  started(parts: HubParts): void
  die(): void
  /** Told when it dies; at once if it is dead. Returns what takes that back. */
  onDeath(told: () => void): () => void
}

export function createProcess(name: string, role: Role): HubProcess {
  const told = new Set<() => void>()
  let dead = false
  let parts: HubParts | undefined
  return {
    name,
    role,
    closers: [],
    get dead() {
      return dead
    },
    parts: () => parts,
    started: given => void (parts = given),
    die() {
      dead = true
      for (const tell of told) tell()
      told.clear()
    },
    onDeath(tell) {
      if (dead) tell()
      else told.add(tell)
      return () => told.delete(tell)
    },
  }
}

/** The process died before it answered: whoever asked does not know whether it was done. */
export class HubDiedError extends Error {
  constructor() {
    super('the process of the hub died before it answered')
    this.name = 'HubDiedError'
  }
}

/** Runs work of a process for someone outside of it: the outsider learns of its result, or of its death. */
export async function ask<T>(process: HubProcess, work: () => Promise<T>): Promise<T> {
  const death = Promise.withResolvers<never>()
  const forget = process.onDeath(() => death.reject(new HubDiedError()))
  try {
    return await Promise.race([work(), death.promise])
  } finally {
    forget()
  }
}
