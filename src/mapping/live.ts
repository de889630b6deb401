import {
  type CompileLimits,
  compileMappings,
  type MappingFile,
  type MappingLibrary,
  type MappingProblem,
} from './library.ts'
import type { Mapping } from './mapping.ts'
import type { Tables } from './tables.ts'

/** A mapping's text with the revision that it is. */
export interface RevisedSource {
  readonly name: string
  readonly revision: number
  readonly source: string
  /** As its mapping's: of the text and the tables. */
  readonly hash: string
  /** The tables that it maps by; undefined: those of the files. */
  readonly tables?: Tables | undefined
}

/** Mappings that can be replaced while they are used: a set of them changes at once. */
export interface LiveMappings {
  readonly library: MappingLibrary
  /** What the mappings would be, without being so. Of what is as it was nothing is compiled again. */
  preview(sources: readonly RevisedSource[]): { library: MappingLibrary; problems: readonly MappingProblem[] }
  /** Makes these the mappings. One that does not compile stays as it was. */
  replace(sources: readonly RevisedSource[]): readonly MappingProblem[]
}

/** Starts with the mappings of files. */
export function createLiveMappings(files: MappingLibrary, limits: CompileLimits): LiveMappings {
  const { condition, file, tables } = files
  let current = files
  /** What was looked at last is often what comes next: it is not compiled twice. */
  let previewed = files
  const compiled = ({ name, hash }: RevisedSource): Mapping | undefined =>
    [current, previewed].map(library => library.get(name)).find(mapping => mapping?.hash === hash)

  const preview: LiveMappings['preview'] = sources => {
    const changed = sources.filter(source => compiled(source) === undefined)
    const { library: fresh, problems } = compileMappings(changed.map(fileOf), limits, tables)
    const mappings = new Map<string, Mapping>()
    for (const source of sources) {
      const { name, revision, hash } = source
      const mapping = fresh.get(name) ?? compiled(source) ?? current.get(name)
      if (mapping === undefined) continue
      mappings.set(name, mapping.hash === hash && mapping.revision !== revision ? { ...mapping, revision } : mapping)
    }
    const names = [...mappings.keys()].sort()
    previewed = { get: name => mappings.get(name), names: () => names, condition, file, tables }
    return { library: previewed, problems }
  }

  return {
    library: {
      get: name => current.get(name),
      names: () => current.names(),
      condition,
      file,
      tables,
    },
    preview,
    replace(sources) {
      const { library, problems } = preview(sources)
      current = library
      return problems
    },
  }
}

const fileOf = ({ name, revision, source, tables }: RevisedSource): MappingFile => ({
  name,
  file: `${name}, revision ${revision}`,
  source,
  ...(tables === undefined ? {} : { tables }),
})
