import { CUSTOMERS } from './customers.ts'
import { DELIVERIES } from './deliveries.ts'
import type { Mutant } from './mutant.ts'
import { RECEIVING } from './receiving.ts'
import { STATEMENTS } from './statements.ts'

/** Ways to be wrong that the simulation must see. */
export const MUTANTS: readonly Mutant[] = [...RECEIVING, ...STATEMENTS, ...CUSTOMERS, ...DELIVERIES]
