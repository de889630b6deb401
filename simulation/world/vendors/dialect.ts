import type { SimRandom } from '../../contract.ts'
import { type Entity, type Field, fieldsOf } from '../field.ts'
import type { Features } from '../features.ts'

/** How one vendor speaks; chosen by the seed. */
export interface Dialect {
  system: string
  /** `polls`: no webhooks at all. */
  events: 'whole' | 'partial' | 'thin' | 'polls'
  eventIds: boolean
  /** `version`: a number per record beside a right clock; `skewed`: a clock that is wrong by `skewMs`; `none`: tells no times. */
  clock: 'true' | 'version' | 'skewed' | 'none'
  skewMs: number
  /** Whether the hub also polls (finds what webhooks lost). */
  polls: boolean
  losesWebhooks: boolean
  /** The reply to a write bears the record as it is now. */
  repliesState: boolean
  authors: boolean
  /** Text in capitals; configured as no difference, or told by the author mark. */
  upperCase: boolean
  trims: boolean
  phoneSpaces: boolean
  dayFirst: boolean
  indexLagMs: number
  /** Creates are upserts by our id; else the hub finds, then creates. */
  upserts: boolean
  uniqueEmail: boolean
  conditional: boolean
  /** It refuses job titles in Chinese, from everybody. */
  refusesChinese: boolean
  writes: 'patch' | 'whole'
  batchMax: number
  /** It is full of customers when the hub comes, and is linked in mid-flight. */
  linkedLater: boolean
  /** So many of its records may change for one reason before the brake goes on; undefined: as the hub has it. */
  brakeRecords: number | undefined
  priority: number
  /** Fields it sends, and fields it takes; member names are its own. */
  sends: Record<Entity, readonly Field[]>
  takes: Record<Entity, readonly Field[]>
  /** When a mapping was published by which it takes consents; 0: the first one. */
  consentsSinceMs: number
  route: {
    condition: 'none' | 'language' | 'consent'
    onRouteExit: string
    onSourceDelete: string
    losingEdits: string
  }
  member(field: string): string
}

const SYSTEMS = ['crm', 'helpdesk', 'erp', 'marketing'] as const

export function chooseDialects(random: SimRandom, features: Features): Dialect[] {
  const count = 3 + random.integer(2)
  return SYSTEMS.slice(0, count).map((system, index) => chooseDialect(system, index, random, features))
}

function chooseDialect(system: string, index: number, random: SimRandom, features: Features): Dialect {
  // Chance is drawn before it is asked whether a feature is on, so that switching one on leaves the rest of a seed as it was.
  const anyClock = random.pick(['true', 'version', 'skewed', 'none', 'true', 'version'] as const)
  const clock = features.clockless
    ? anyClock
    : anyClock === 'skewed'
      ? 'true'
      : anyClock === 'none'
        ? 'version'
        : anyClock
  const events = random.pick(['whole', 'partial', 'thin', 'whole', 'polls'] as const)
  const snake = index % 2 === 1
  return {
    system,
    events,
    eventIds: random.chance(0.5),
    clock,
    skewMs: (random.integer(600) - 300) * (clock === 'skewed' ? 1_000 : 0),
    polls: events === 'polls' || random.chance(0.5),
    losesWebhooks: random.chance(0.4),
    repliesState: random.chance(0.5),
    authors: random.chance(0.5) && features.authors,
    upperCase: random.chance(0.3) && features.lossyRenderings && features.compare,
    trims: random.chance(0.5),
    phoneSpaces: random.chance(0.4),
    dayFirst: random.chance(0.4),
    indexLagMs: random.pick([0, 2_000, 30_000]),
    upserts: random.chance(0.5),
    uniqueEmail: random.chance(0.4),
    conditional: random.chance(0.5) && features.conditionalWrites && clock === 'version',
    refusesChinese: random.chance(0.2) && features.rejections,
    writes: random.pick(['patch', 'patch', 'whole'] as const),
    batchMax: random.pick([1, 3, 10]),
    linkedLater: false,
    brakeRecords: undefined,
    priority: random.integer(3) * 10,
    sends: chooseFields(random, features),
    takes: chooseFields(random, features),
    consentsSinceMs: 0,
    route: {
      condition: conditionOf(random.pick(['none', 'language', 'consent'] as const), index, features),
      onRouteExit: random.pick(['freeze', 'archive', 'delete']),
      onSourceDelete: random.pick(['ignore', 'ignore', 'archive', 'delete']),
      losingEdits: random.pick(['writeBack', 'writeBack', 'keepLocal']),
    },
    member: field => (snake ? field.replace(/[A-Z]/gu, letter => `_${letter.toLowerCase()}`) : field),
  }
}

/** The first system takes everybody. */
function conditionOf<C extends string>(condition: C, index: number, features: Features): C | 'none' {
  return features.routeConditions && index > 0 ? condition : 'none'
}

/** Names and keys are known everywhere, other fields in some systems. */
export function chooseFields(random: SimRandom, features: Features): Record<Entity, readonly Field[]> {
  const some = (entity: Entity) =>
    fieldsOf(entity, features).filter(
      ({ name }) => ['email', 'givenName', 'name'].includes(name) || random.chance(0.75),
    )
  return { person: some('person'), account: some('account') }
}
