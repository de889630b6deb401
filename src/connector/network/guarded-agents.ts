import { Agent as HttpAgent, type AgentOptions, type ClientRequestArgs } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { AddressRefused, guardedLookup, refusedAddress } from './address-guard.ts'

export interface GuardedAgents {
  http: HttpAgent
  https: HttpsAgent
}

const OPTIONS: AgentOptions = { keepAlive: true, maxSockets: 256, maxFreeSockets: 64, scheduling: 'lifo' }

/** Keep-alive agents that judge every address at the moment they connect: IP literals here, names in their look-up. */
export function createGuardedAgents(allowPrivate: boolean): GuardedAgents {
  const lookup = guardedLookup(allowPrivate)
  return {
    http: guard(new HttpAgent({ ...OPTIONS, lookup }), allowPrivate),
    https: guard(new HttpsAgent({ ...OPTIONS, lookup }), allowPrivate),
  }
}

type Created = (problem: Error | null, stream: Duplex) => void

/** The part of an agent that the types of Node leave out for https. */
interface Connecting {
  createConnection(options: ClientRequestArgs, callback?: Created): Duplex | null | undefined
}

function guard<A extends HttpAgent & Connecting>(agent: A, allowPrivate: boolean): A {
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, callback) => {
    const host = (options.host ?? 'localhost').replace(/^\[|\]$/g, '')
    const refused = isIP(host) === 0 ? undefined : refusedAddress(host, allowPrivate)
    if (refused === undefined) return connect(options, callback)
    const problem = new AddressRefused(refused)
    if (callback === undefined) throw problem
    // Node's types ask for a stream even beside a problem.
    const fail = callback as (problem: Error) => void
    fail(problem)
    return undefined
  }
  return agent
}

const shared = new Map<boolean, GuardedAgents>()

/** The agents of this process, one pair per rule, so that connections are kept whoever makes the client. */
export function sharedAgents(allowPrivate: boolean): GuardedAgents {
  let agents = shared.get(allowPrivate)
  if (agents === undefined) {
    agents = createGuardedAgents(allowPrivate)
    shared.set(allowPrivate, agents)
  }
  return agents
}

/** Closes all kept connections, at shutdown. */
export function closeSharedAgents(): void {
  for (const { http, https } of shared.values()) {
    http.destroy()
    https.destroy()
  }
  shared.clear()
}
