/** One piece of text in one file is another. */
export interface Replacement {
  /** Below the repository. */
  file: string
  /** Occurs exactly once in the file. */
  find: string
  replace: string
}

/** A deliberately broken variant of the hub. */
export interface Mutant extends Replacement {
  name: string
  /** What it breaks, in one sentence. */
  breaks: string
  /** Seeds that caught it before; they are tried first. */
  seeds: readonly number[]
  /** What it must run on to be seen; in memory unless said otherwise. */
  database?: 'real'
}

/** The file's source with the mutation; undefined when the text to be replaced is not there exactly once. */
export function mutated(source: string, { find, replace }: Replacement): string | undefined {
  const [before, after, ...more] = source.split(find)
  return before === undefined || after === undefined || more.length > 0 ? undefined : `${before}${replace}${after}`
}
