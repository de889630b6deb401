/** Lines of JavaScript, nested where more may still be put into an earlier place. */
export interface Lines extends Array<string | Lines> {}

/** The source of one generated function and the values it refers to. Names are made here and never come from a user. */
export interface Unit {
  /** A name for a value that the code uses as it is: a closure, a function, a regular expression. */
  constant(value: unknown): string
  /** A name that was not used yet. */
  fresh(prefix: string): string
  /** Notes a place of the source and returns its number, for the failure that may come from there. */
  site(position: number | undefined, token: string | undefined): number
  readonly constants: readonly unknown[]
  /** Code that is run once, before the function is made. */
  readonly declarations: string[]
  readonly sites: readonly Site[]
}

export interface Site {
  readonly position: number | undefined
  readonly token: string | undefined
}

export function makeUnit(): Unit {
  const constants: unknown[] = []
  const known = new Map<unknown, string>()
  const sites: Site[] = []
  let names = 0
  return {
    constants,
    declarations: [],
    sites,
    constant(value) {
      let name = known.get(value)
      if (name === undefined) {
        name = `k${constants.length}`
        known.set(value, name)
        constants.push(value)
      }
      return name
    },
    fresh: prefix => `${prefix}${names++}`,
    site(position, token) {
      sites.push({ position, token })
      return sites.length - 1
    },
  }
}

/** What is known of a value when its code is made. `any` may be whatever the language has. */
export type Kind = 'string' | 'number' | 'boolean' | 'null' | 'object' | 'any'

/** A value in generated code: a name or a literal, so it may stand in several places. */
export interface Value {
  readonly code: string
  readonly kind: Kind
  /** It may also be nothing (undefined). */
  readonly isOptional: boolean
}

export const value = (code: string, kind: Kind, isOptional: boolean): Value => ({ code, kind, isOptional })

export const nothingValue: Value = value('undefined', 'null', true)

/**
 * Any text as a literal of the generated source. JSON is JavaScript since ES2019, so nothing in a text of the user can
 * end the literal.
 */
export const quoted = (text: string): string => JSON.stringify(text)

export function textOf(lines: Lines): string {
  return lines.map(line => (typeof line === 'string' ? line : textOf(line))).join('\n')
}
