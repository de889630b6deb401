import { createIntake, type IntakeParts } from '#gateway/http/intake.ts'
import { watchDisk } from '#gateway/disk.ts'
import { ListenerError, openListeners } from '#gateway/http/listeners.ts'
import { createRefusals } from '#gateway/refused/refusals.ts'
import { closeServer, createHttpServer, listen } from '#gateway/http/server.ts'
import { createBoundedLines } from '#observe/bounded-lines.ts'
import { createHealth } from '#observe/health.ts'
import { createReadings } from '#observe/readings/readings.ts'
import type { Role } from '#store/processes.ts'
import type { HubOptions, HubParts } from './hub.ts'
import { HubStartError } from './start-error.ts'

/** Opens the HTTP server: intake, health, metrics and console, as far as the role has them. It is closed before all else. */
export async function openFaces(
  options: HubOptions,
  role: Role,
  parts: HubParts,
  closers: (() => unknown)[],
): Promise<{ url: string; port: number }> {
  const { config, database, metrics, log } = parts
  let ready = true
  const disk = watchDisk(config.hub.dataDir)
  const refusals = createRefusals(database, parts.key, parts.ids, config.limits.refusedKeptPerSystem, log)
  const refusedLines = createBoundedLines(log, { unit: 'receive', message: 'refused' })
  const receives = role === 'all' || role === 'gateway'
  const intakeParts: IntakeParts = {
    config,
    systems: parts.systems,
    appender: parts.appender,
    refusals,
    diskFull: disk.full,
    ids: parts.ids,
    nowMs: parts.nowMs,
    log,
    refusedLines,
    metrics,
    tracing: parts.tracing,
  }
  const intake = receives ? createIntake(intakeParts) : undefined
  const readings = createReadings(parts, role)
  const health = createHealth(database, metrics, () => ready, readings)
  const app = role === 'all' || role === 'console' ? options.console?.(parts) : undefined
  const server = createHttpServer(
    {
      intake,
      async others(request, response) {
        if (await health(request, response)) return
        if (app !== undefined) app(request, response)
        else response.writeHead(404).end()
      },
    },
    config.limits,
    log,
  )
  let port: number
  try {
    port = await listen(server, config.hub.host, config.hub.port)
  } catch (error) {
    throw portError(error, config.hub.host, config.hub.port)
  }
  let listeners: Awaited<ReturnType<typeof openListeners>> | undefined
  closers.push(async () => {
    ready = false
    await Promise.all([closeServer(server), listeners?.close()])
    disk.close()
    await parts.appender.close()
    await refusals.close()
    refusedLines.close()
  })
  if (receives) listeners = await listenersOf(intakeParts)
  return { port, url: `http://${config.hub.host}:${port}` }
}

async function listenersOf(parts: IntakeParts) {
  try {
    return await openListeners(parts)
  } catch (error) {
    if (!(error instanceof ListenerError)) throw error
    throw new HubStartError(
      'port_refused',
      `System "${error.system}" cannot listen: ${error.message}. Choose another host or port in its settings.`,
    )
  }
}

function portError(error: unknown, host: string, port: number): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  if (error.code === 'EADDRINUSE') {
    return new HubStartError(
      'port_taken',
      `Port ${port} on ${host} is taken by another program. Stop it, or choose another port: hub.port in patchbay.yaml, or PATCHBAY_PORT.`,
    )
  }
  if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL') {
    return new HubStartError(
      'port_refused',
      `The hub may not listen on ${host}:${port} (${error.code}). Choose another host or port: hub.host and hub.port in patchbay.yaml.`,
    )
  }
  return error
}
