import type { FieldModel } from '#model/fields.ts'
import type { Compare } from '../comparators.ts'
import type { Reported, SlotUpdate } from './slot.ts'
import type { SourceField, StatementContext } from './source-field.ts'

/** One statement about one field, with what all fields of the statement share. */
export interface FieldStatement {
  model: FieldModel
  before: SourceField | undefined
  /** The vendor's version in which the field was last seen. */
  seenVersion: string | undefined
  context: StatementContext
  shared: Reported
  compare: readonly Compare[]
}

/** What a statement does to one field: its new state, and what that means. Undefined: nothing. */
export interface FieldUpdate {
  field: SourceField
  asserted: boolean
  echo: boolean
  reappeared: boolean
  /** As of `SlotUpdate`; of several slots the first. */
  beforeMs?: number | undefined
}

/** What a statement did to the slots of one field. */
export interface Effect extends Omit<FieldUpdate, 'field'> {
  touched: boolean
}

export function noEffect(): Effect {
  return { touched: false, asserted: false, echo: false, reappeared: false }
}

export function note(effect: Effect, { judgement, reappeared, beforeMs }: Omit<SlotUpdate, 'slot'>): void {
  effect.touched = true
  effect.asserted ||= judgement === 'statement' || judgement === 'missed'
  effect.echo ||= judgement === 'echo' || judgement === 'rendering'
  effect.reappeared ||= reappeared
  if (beforeMs !== undefined) effect.beforeMs = Math.min(effect.beforeMs ?? Infinity, beforeMs)
}

export function updated(field: SourceField, before: SourceField | undefined, effect: Effect): FieldUpdate {
  const { touched: _, ...told } = effect
  return { field: before?.r === undefined ? field : { ...field, r: before.r }, ...told }
}

/** The time and event of the field as a whole: those of its newest statement. */
export function baseOf({ before, context }: FieldStatement, asserted: boolean): { t: number; e: string; s?: number } {
  const moves = before === undefined || (asserted && context.atMs >= before.t)
  return moves ? { t: context.atMs, e: context.eventId } : before
}
