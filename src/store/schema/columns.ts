import type { ColumnType } from 'kysely'

/** A jsonb column: read as a value, written as JSON text (pg would send an array as a PostgreSQL array). */
export type Jsonb<T> = ColumnType<T, string, string>
export type NullableJsonb<T> = ColumnType<T | null, string | null | undefined, string | null>
export type GeneratedJsonb<T> = ColumnType<T, string | undefined, string>
/** A uuid[] or text[] column with a default. */
export type GeneratedList = ColumnType<string[], string[] | undefined, string[]>
