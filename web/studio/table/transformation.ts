import type { Schemas } from '../../api/client.ts'
import type { Primitive } from './primitive.ts'

type Row = Schemas['MappingRow']
export type Transformation = Extract<Row, { kind: 'mapped' }>['transformations'][number]

/** As in the text: `$email`, or `$phone("CN")` with what it takes besides the value. */
export function writeTransformation({ name, args }: Transformation): string {
  const own = name.startsWith('$') ? name : `$${name}`
  return args.length === 0 ? own : `${own}(${args.map(arg => JSON.stringify(arg)).join(', ')})`
}

/** Undefined where it is no such function with plain values. */
export function readTransformation(text: string): Transformation | undefined {
  const [, name, inside = ''] = /^\s*\$?([\p{L}_][\p{L}\p{N}_]*)\s*(?:\((.*)\))?\s*$/u.exec(text) ?? []
  if (name === undefined) return undefined
  try {
    const args = JSON.parse(`[${inside}]`) as Primitive[]
    return args.every(arg => arg === null || typeof arg !== 'object') ? { name, args } : undefined
  } catch {
    return undefined
  }
}
