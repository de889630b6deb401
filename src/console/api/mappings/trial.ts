import { type FindIds, untilAnswered } from '#mapping/asks.ts'
import { type CaseEnv, differencesOf } from '#mapping/cases.ts'
import type { Tables } from '#mapping/tables.ts'
import { type Json, isJsonObject } from '#model/json.ts'
import { findGoldenIds, findRemoteIds } from '#store/customers/crosswalk.ts'
import { readRevisions } from '#store/mappings/revisions.ts'
import type { MappingSample } from '../../actions/mappings.ts'
import type { Call, ConsoleParts, Handlers, ReplyOf } from '../../handler.ts'
import { createStandIns } from '../../mask/stand-in.ts'
import type { Veil } from '../../mask/stars.ts'
import { maskFields, maskForeign, maskPlain } from '../../mask/values.ts'
import { usesOf } from '../../mappings/uses.ts'
import { isProblem, problem, type Problem } from '../../problem.ts'
import { notPersonal } from '../../respond.ts'

type Trial = ReplyOf<'tryMapping'>
type Outcome = Trial['draft']
type Input = Trial['record'] & { env: CaseEnv; input: Json }

/** A text run over one record, beside what is in force. */
export function createMappingTrialHandlers(parts: ConsoleParts): Pick<Handlers, 'tryMapping'> {
  const { db, config, mappings, drafts, actions } = parts
  const standIns = createStandIns(parts.key)

  async function outcomeOf(
    name: string,
    text: { source: string; tables?: Tables },
    { input, env }: Input,
    find: FindIds,
  ): Promise<Outcome> {
    const began = performance.now()
    const { mappingTimeMs: timeMs, mappingOutputBytesMax: outputBytesMax } = config.limits
    const kind = name.endsWith('.in') ? 'inbound' : 'outbound'
    const limits = { timeMs, outputBytesMax }
    const done = await untilAnswered(async (answers, isLast) => {
      const { open = [], ...result } = await drafts.run({ ...text, kind, input, env, limits, ids: { answers, isLast } })
      return { result, open }
    }, find)
    return { ...done, ms: Math.round((performance.now() - began) * 10) / 10 }
  }

  return {
    async tryMapping({ path, body, actor }) {
      const name = `${path.folder}/${path.mapping}`
      const [draft] = await readRevisions(db, { mapping: name, state: 'draft' })
      const inForceSource = mappings.source(name)
      const source = body.source ?? draft?.source ?? inForceSource
      if (source === undefined) return problem('nothing_to_try', { name })
      const veil = body.standIn === true || !actor.scopes.has('read') ? standIns : undefined
      const record = await recordOf(parts, name, body, veil)
      if ('problem' in record) return record
      const find = idsFor(name, veil)
      const tried = await outcomeOf(name, { source }, record, find)
      const inForce =
        inForceSource === undefined
          ? null
          : await outcomeOf(name, { source: inForceSource, tables: mappings.tablesOf(name) }, record, find)
      const differences = tried.ok && inForce?.ok === true ? differencesOf(inForce.value, tried.value) : []
      return notPersonal({
        record,
        draft: tried,
        inForce,
        differences: differences.map(({ path: at, expected: before, actual: after }) => ({
          path: at.replace(/^\$\.?/, ''),
          ...(before === undefined ? {} : { before }),
          ...(after === undefined ? {} : { after }),
        })),
        // A mapping gives plain JSON, or nothing.
        problems: tried.ok ? [...actions.mappingProblems(name, tried.value as Json | undefined)] : [],
      })
    },
  }

  /** What `$xref` gives, as in a running hub. An id may be a mail address. */
  function idsFor(name: string, veil: Veil | undefined): FindIds {
    return async asks => {
      const found = await (name.endsWith('.in') ? findGoldenIds : findRemoteIds)(db, asks)
      return veil === undefined ? found : new Map([...found].map(([ask, id]) => [ask, maskPlain(veil, id) as string]))
    }
  }

  /** What is tried on. Of stored records those who may not see personal data, and cases, get stand-ins. */
  async function recordOf(
    { config: { routes, systems } }: ConsoleParts,
    name: string,
    { eventId, goldenId, input, env }: Call<'tryMapping'>['body'],
    veil: Veil | undefined,
  ): Promise<Input | Problem> {
    const given = [eventId, goldenId, input].filter(one => one !== undefined)
    if (given.length !== 1) return problem('try_one', {})
    if (eventId === undefined && goldenId === undefined) {
      const [{ system, object } = {}] = usesOf({ routes, systems }, name)
      // A body is JSON.
      const plain = input as Json
      return {
        kind: 'input',
        id: null,
        at: null,
        input: plain,
        env: { variables: { system, object }, ...env },
        standIn: false,
      }
    }
    const of = eventId === undefined ? { goldenId: goldenId ?? '' } : { eventId }
    const found = await actions.readMappingSample(name, of)
    if (isProblem(found)) return found
    const { kind, id, atMs, input: seen, variables } = veil === undefined ? found : veiled(found, veil)
    const at = new Date(atMs).toISOString()
    return { kind, id, at, input: seen, env: { now: at, variables, ...env }, standIn: veil !== undefined }
  }
}

function veiled(sample: MappingSample, veil: Veil): MappingSample {
  const { entity, input, variables } = sample
  const masked = entity === undefined ? maskForeign(veil, 'payload', input) : maskFields(veil, entity, input)
  const around = maskForeign(veil, 'variables', variables)
  // Masking keeps the shape.
  return { ...sample, input: masked as Json, variables: isJsonObject(around) ? around : {} }
}
