import type { AlertingTables } from './schema/alerting.ts'
import type { CustomersTables } from './schema/customers.ts'
import type { DeliveringTables } from './schema/delivering.ts'
import type { MappingTables } from './schema/mapping.ts'
import type { MatchingTables } from './schema/matching.ts'
import type { OperationTables } from './schema/operation.ts'
import type { ReceivingTables } from './schema/receiving.ts'

/** The tables of migrations/*.sql as kysely sees them; a test compares the two. Times are `Date`, ids are uuid strings. */
export interface Schema
  extends
    OperationTables,
    MappingTables,
    ReceivingTables,
    CustomersTables,
    MatchingTables,
    DeliveringTables,
    AlertingTables {}
