import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { findFreePort } from '#store/embedded/server.ts'
import { until } from '../support/until.ts'

/** Debian: package `prometheus`. */
export const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0
/** Debian: package `prometheus-alertmanager`. */
export const hasAlertmanager = spawnSync('prometheus-alertmanager', ['--version']).status === 0

/** A server of one test, on a port and a folder of its own. */
export interface Server {
  url: string
  stop(): Promise<void>
}

export interface Prometheus extends Server {
  /** What an expression gives now: the value of each series, not a number included. */
  query(expr: string): Promise<{ labels: Record<string, string>; value: number }[]>
}

/** A real Prometheus that scrapes one hub twice a second, with these rule files. */
export async function startPrometheus(options: {
  hubUrl: string
  rules: ReadonlyMap<string, string>
  alertmanagerUrl?: string
}): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-prometheus-'))
  for (const [name, text] of options.rules) writeFileSync(join(folder, name), text)
  const config = {
    global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '500ms' },
    rule_files: [...options.rules.keys()].map(name => join(folder, name)),
    scrape_configs: [{ job_name: 'patchbay', static_configs: [{ targets: [new URL(options.hubUrl).host] }] }],
    ...(options.alertmanagerUrl === undefined
      ? {}
      : { alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(options.alertmanagerUrl).host] }] }] } }),
  }
  writeFileSync(join(folder, 'prometheus.yml'), stringify(config))
  const server = await startServer(folder, 'prometheus', address => [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    '--log.level=error',
  ])
  return {
    ...server,
    async query(expr) {
      const reply = await fetch(`${server.url}/api/v1/query`, {
        method: 'POST',
        body: new URLSearchParams({ query: expr }),
      })
      const answer = (await reply.json()) as Answer
      if (answer.status !== 'success') throw new Error(`${expr}: ${answer.error}`)
      return answer.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
    },
  }
}

type Answer =
  | { status: 'success'; data: { result: { metric: Record<string, string>; value: [number, string] }[] } }
  | { status: 'error'; error: string }

/** A real Alertmanager with this configuration. */
export async function startAlertmanager(config: string): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-alertmanager-'))
  writeFileSync(join(folder, 'alertmanager.yml'), config)
  return await startServer(folder, 'prometheus-alertmanager', address => [
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    '--cluster.listen-address=',
    '--log.level=error',
  ])
}

async function startServer(folder: string, program: string, args: (address: string) => string[]): Promise<Server> {
  const address = `127.0.0.1:${await findFreePort()}`
  const child: ChildProcess = spawn(program, args(address), { stdio: 'ignore', cwd: folder })
  const url = `http://${address}`
  const isReady = (): Promise<boolean> =>
    fetch(`${url}/-/ready`).then(
      reply => reply.ok,
      () => false,
    )
  await until(isReady, ready => ready, 30_000)
  return {
    url,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
