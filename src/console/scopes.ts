/** What a token may do. Each scope includes those that its work is impossible without. */
export const SCOPES = ['read-masked', 'read', 'operate', 'map', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

const INCLUDES: Readonly<Record<Scope, readonly Scope[]>> = {
  'read-masked': ['read-masked'],
  read: ['read', 'read-masked'],
  operate: ['operate', 'read-masked'],
  map: ['map', 'read-masked'],
  admin: SCOPES,
}

export function isScope(name: string): name is Scope {
  return (SCOPES as readonly string[]).includes(name)
}

/** All scopes that the given ones amount to. */
export function expandScopes(given: readonly string[]): ReadonlySet<Scope> {
  return new Set(given.filter(isScope).flatMap(scope => INCLUDES[scope]))
}
