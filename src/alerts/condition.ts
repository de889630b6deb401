import type { JsonObject } from '#model/json.ts'
import type { Facts } from './facts/facts.ts'
import type { AlertName } from './names.ts'

/** `page` wakes somebody, `ticket` is for working hours. */
export type Severity = 'page' | 'ticket'
export type Language = 'en' | 'zh'

/** A trouble that is there now. One (name, system, object) is one trouble. */
export interface Finding {
  severity: Severity
  system?: string
  object?: string
  /** When it began, as far as that can be known; epoch ms. */
  sinceMs: number
  /** The figure that it is judged by; what it counts is said by the text. */
  value: number
  /** How many customers are touched, where that is known; from `COUNT_MAX` on there are at least so many. */
  customers?: number
  /** What else the texts need. Codes, counts and names, never values of customers. */
  detail?: JsonObject
}

/** A trouble as texts speak of it. */
export interface About {
  /** As commands need it. */
  system: string
  object: string
  /** The system as people call it. */
  title: string
  value: number
  detail: JsonObject
}

export interface Text {
  /** What is wrong, in one line. */
  what: string
  /** The likely cause, and what to do about it. */
  cure: string
}

/** When a trouble is there, and what to say of it. Pure: everything it may know is in the facts. */
export interface Condition {
  name: AlertName
  /** It ends only after it was gone for so long; default two minutes. */
  keepMs?: number
  find(facts: Facts): readonly Finding[]
  /** The first command to type. */
  command(about: About): string
  text: Readonly<Record<Language, (about: About) => Text>>
}

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
