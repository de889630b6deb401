import type { Replacement } from '../../../simulation/mutants/mutant.ts'

/** A deliberately broken variant of mappings, and the test that must fail on it. */
export interface MappingMutant extends Replacement {
  readonly name: string
  /** A test file, and a part of the name of the test. */
  readonly caughtBy: readonly [file: string, test: string]
}

const LIMITS = 'tests/mapping/limits.test.ts'
const LANGUAGE = 'tests/mapping/language.test.ts'
const REVISIONS = 'tests/hub/mappings/mapping-revisions.test.ts'
const RUNTIME = 'src/mapping/engine/runtime.ts'
const SEQUENCE = 'src/mapping/engine/values/sequence.ts'

export const MAPPING_MUTANTS: readonly MappingMutant[] = [
  {
    name: 'no limit of time',
    file: RUNTIME,
    find: 'if (nowMs > rt.deadlineMs)',
    replace: 'if (false)',
    caughtBy: [LIMITS, 'a slow sort'],
  },
  {
    name: 'no limit of steps',
    file: RUNTIME,
    find: 'if (rt.stepsLeft <= 0)',
    replace: 'if (false)',
    caughtBy: [LIMITS, 'steps are counted'],
  },
  {
    name: 'no limit of depth',
    file: 'src/mapping/engine/generated/calls.ts',
    find: 'if (++rt.depth > rt.limits.depthMax) tooDeep();',
    replace: '++rt.depth;',
    caughtBy: [LIMITS, 'the limit counts calls that nest'],
  },
  {
    name: 'no limit of a sequence',
    file: RUNTIME,
    find: 'if (length > rt.limits.sequenceLengthMax)',
    replace: 'if (false)',
    caughtBy: [LIMITS, 'longer than the limit'],
  },
  {
    name: 'no limit of memory',
    file: RUNTIME,
    find: 'if (!(rt.memoryBytes <= rt.limits.memoryBytesMax))',
    replace: 'if (false)',
    caughtBy: [LIMITS, 'more memory than the limit'],
  },
  {
    name: 'no limit of output',
    file: 'src/mapping/engine/output.ts',
    find: 'if (rt.outputBytes > outputBytesMax)',
    replace: 'if (false)',
    caughtBy: [LIMITS, 'output'],
  },
  {
    name: 'limits that can be raised',
    file: 'src/mapping/engine/limits.ts',
    find: 'Math.min(limits[name], wanted[name] ?? Infinity)',
    replace: 'wanted[name] ?? limits[name]',
    caughtBy: [LIMITS, 'nothing can raise them'],
  },
  {
    name: 'a sequence of one stays a list',
    file: SEQUENCE,
    find: 'if (value.length > 1) return value',
    replace: 'if (value.length > 0) return value',
    caughtBy: [LANGUAGE, ''],
  },
  {
    name: 'an empty sequence is a list',
    file: SEQUENCE,
    find: 'if (value.length === 0) return undefined',
    replace: 'if (value.length === 0) return value',
    caughtBy: [LANGUAGE, ''],
  },
  {
    name: 'a list that is kept is lost',
    file: SEQUENCE,
    find: 'value.keepSingleton === true ? value : value[0]',
    replace: 'value[0]',
    caughtBy: [LANGUAGE, ''],
  },
  {
    name: 'an event records another revision',
    file: 'src/interpret/mapped.ts',
    find: 'mappingRevision: mapping.revision }',
    replace: 'mappingRevision: mapping.revision + 1 }',
    caughtBy: [REVISIONS, 'files are the first revisions'],
  },
  {
    name: 'a delivery records another revision',
    file: 'src/deliver/decide/decisions.ts',
    find: 'delivery.mappingRevision = mapping?.revision',
    replace: 'delivery.mappingRevision = (mapping?.revision ?? 0) + 1',
    caughtBy: [REVISIONS, 'files are the first revisions'],
  },
]
