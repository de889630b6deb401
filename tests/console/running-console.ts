import { randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import request from 'supertest'
import { afterAll } from 'vitest'
import { z } from 'zod'
import { readEnvironment } from '#config/environment.ts'
import { createHubKey } from '#config/key.ts'
import { loadConfig } from '#config/load.ts'
import type { ConfigConnector } from '#config/systems.ts'
import type { ConsoleActions, DeliveryKey, ImportRow } from '../../src/console/actions/actions.ts'
import { createConsole } from '../../src/console/console.ts'
import { problem } from '../../src/console/problem.ts'
import type { Scope } from '../../src/console/scopes.ts'
import { createToken } from '../../src/console/tokens.ts'
import { noTables } from '#mapping/tables.ts'
import { refusal } from '#model/act.ts'
import { uuidOfMs } from '#store/partitions.ts'
import { createTestDatabase, testLog } from '../support/postgres.ts'

const connector: ConfigConnector = {
  manifest: {
    name: 'rest',
    category: 'generic',
    settings: z.strictObject({}),
    secrets: { password: { required: false } },
    objects: [],
    limits: { concurrency: 2, timeoutMs: 5_000 },
  },
  webhook: {},
  push: {},
}

const VERBS = { GET: 'get', POST: 'post', PUT: 'put', DELETE: 'delete' } as const

/** The console on a real database and a real port, with actions that only note what they were asked. */
export async function startTestConsole() {
  const { database } = await createTestDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-console-'))
  const configFile = join(folder, 'patchbay.yaml')
  writeFileSync(configFile, 'systems: { crm: { connector: rest, title: CRM }, erp: { connector: rest } }\n')
  const environment = readEnvironment({})
  if (!environment.ok) throw new Error('no environment')
  const loaded = loadConfig(configFile, environment.environment, new Map([['rest', connector]]))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))

  const asked: { name: string; given: unknown }[] = []
  const mismatches: Error[] = []
  const key = createHubKey([randomBytes(32)])
  let sequence = 0
  const uuid = (): string =>
    `${uuidOfMs(Date.now()).slice(0, 18)}-8000-${(sequence += 1).toString(16).padStart(12, '0')}`
  const app = createConsole({
    database,
    config: loaded.config,
    raw: loaded.raw,
    hash: loaded.hash,
    configFile,
    key,
    uuid,
    nowMs: Date.now,
    actions: notingActions(asked),
    mappings: {
      names: () => [],
      tables: noTables,
      tablesOf: () => noTables,
      source: () => undefined,
      cases: () => [],
      runCases: () => [],
    },
    checkFile: () => ({ ok: true, problems: [], warnings: [], raw: loaded.raw }),
    log: testLog,
    onResponseMismatch: error => mismatches.push(error),
  })
  const server = createServer(app)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  afterAll(() => new Promise(resolve => server.close(resolve)))

  const token = async (...scopes: Scope[]): Promise<string> =>
    (await createToken(database.kysely, { id: uuid(), name: scopes.join(), scopes })).value
  const call = async (
    bearer: string | undefined,
    method: keyof typeof VERBS,
    path: string,
    body?: string | object,
    type = 'application/json',
  ) => {
    const started = request(url)[VERBS[method]](path)
    if (bearer !== undefined) started.set('authorization', `Bearer ${bearer}`)
    if (body !== undefined) started.type(type).send(body)
    const reply = await started
    const headers = new Headers(reply.headers)
    return { status: reply.status, headers, text: reply.text ?? '', json: reply.body }
  }
  return { database, db: database.kysely, url, uuid, key, token, call, asked, mismatches }
}

function notingActions(asked: { name: string; given: unknown }[]): ConsoleActions {
  const note = (name: string, given: unknown): void => void asked.push({ name, given })
  return {
    listAlerts: async () => [],
    readAlert: async () => undefined,
    acknowledgeAlert: async (id, by) => (note('acknowledgeAlert', { id, by }), true),
    readLink: async () => undefined,
    acknowledgeLink: async () => 0,
    testChannels: async () => [],
    listSilences: async () => [],
    silenceAlerts: async (silence, by) => (
      note('silenceAlerts', { silence, by }),
      { id: '1', name: null, system: null, object: null, team: null, ...silence, by, at: silence.endsAt }
    ),
    endSilence: async id => (note('endSilence', id), false),
    replayEvents: async ids => (note('replayEvents', ids), ids.length),
    retryDeliveries: async (keys: readonly DeliveryKey[]) => (note('retryDeliveries', keys), keys.length),
    releaseBrake: async (...given: unknown[]) => (note('releaseBrake', given), 3),
    discardBrake: async (...given: unknown[]) => (note('discardBrake', given), 3),
    releaseDeliveries: async (keys: readonly DeliveryKey[]) => (note('releaseDeliveries', keys), keys.length),
    pauseSystem: async (system, reason, by) => note('pauseSystem', { system, reason, by }),
    resumeSystem: async (system, by) => note('resumeSystem', { system, by }),
    verifyRefused: async system => (note('verifyRefused', system), { accepted: 1, refused: 2 }),
    checkRow: async (_system, _object, row: ImportRow) =>
      row.document.email === 'bad' ? 'email: expected a mail address' : undefined,
    appendRows: async (system, object, rows) => note('appendRows', { system, object, rows }),
    linkStart: async (system, object) => (
      note('linkStart', { system, object }),
      [{ system, object: object ?? 'contact' }]
    ),
    linkPlan: async () => [],
    publishMappings: async (kind, wanted, act) => {
      note('publishMappings', { kind, wanted, act })
      const changes = wanted.map(({ mapping, revision }) => ({ mapping, revision, previous: null }))
      return { number: 1, kind, changes, note: act.note ?? null, by: act.by, at: new Date(0) }
    },
    readMappingSample: async () => problem('golden_unknown', { id: 'none' }),
    readMappingInputs: async () => [],
    mappingProblems: () => [],
    startMappingPlan: () => Promise.reject(new Error('no plan is made here')),
    readMappingPlan: () => undefined,
    cancelMappingPlan: () => undefined,
    measureQuality: async () => ({ records: 0 }),
    policy: async () => ({ number: 1, appliedBy: null, appliedAt: null, content: {}, changes: [], message: null }),
    startPolicyPlan: async () => refusal('policy_in_force', {}),
    readPolicyPlan: () => undefined,
    cancelPolicyPlan: () => undefined,
    applyPolicy: async by => (note('applyPolicy', { by }), { ok: true, applied: { number: 2, publication: 1 } }),
    matchingModels: async () => ({ items: [], file: null, appliedBy: null, appliedAt: null }),
    matchingModel: async () => refusal('pair_unknown', {}),
    trainMatching: async () => refusal('policy_in_force', {}),
    planMatching: async () => refusal('pair_unknown', {}),
    applyMatching: async (number, by) => (
      note('applyMatching', { number, by }),
      { ok: true, applied: { number, publication: 1 } }
    ),
    linkApply: async (system, object, by) => (note('linkApply', { system, object, by }), []),
    mergeDuplicate: async () => refusal('pair_unknown', {}),
    explainPair: async () => refusal('pair_unknown', {}),
    sharedKeys: async () => [],
    stewardSet: async request => (note('stewardSet', request), { ok: true, set: Object.keys(request.fields) }),
    stewardRelease: async request => (note('stewardRelease', request), { ok: true, released: [] }),
    mergeCustomers: async () => refusal('pair_unknown', {}),
    unmerge: async () => refusal('pair_unknown', {}),
    neverTheSame: async request => (note('neverTheSame', request), { ok: true }),
    liftNever: async request => (note('liftNever', request), { ok: true }),
    decideReview: async request => (note('decideReview', request), { ok: true }),
    decideHeldDeletes: async request => (note('decideHeldDeletes', request), { ok: true, deleted: 0 }),
    choosePrimary: async request => (note('choosePrimary', request), { ok: true, goldenId: '' }),
    checkSystem: async system => (system === 'crm' ? { ok: true, message: 'fine' } : undefined),
  }
}
