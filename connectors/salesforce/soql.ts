import type { Access } from '#connector/kit.ts'
import { formOf, type Settings } from './settings.ts'

/** A text as a literal; quotes and backslashes are escaped. */
export function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`
}

export function quotedList(texts: readonly string[]): string {
  return `(${texts.map(quoted).join(', ')})`
}

/** A moment as a literal; these stand without quotes. */
export function moment(ms: number): string {
  return new Date(ms).toISOString()
}

/**
 * `SELECT … FROM object` with all that a record's state shows: the usual fields, those of the settings, and custom ones
 * that the inbound mapping reads.
 */
export function selectAll({ settings, namesRead }: Access<Settings>, object: string): string {
  const { fields, merges, externalIdField } = formOf(settings, object)
  const always = ['Id', 'SystemModstamp', 'LastModifiedById', 'IsDeleted', externalIdField]
  const more = [...(merges ? ['MasterRecordId'] : []), ...(settings.currency === undefined ? ['CurrencyIsoCode'] : [])]
  const listed = fields.join(' ')
  // A name that stands in a listed path or sub-query is a field of something else.
  const custom = [...(namesRead?.(object) ?? [])].filter(
    name => /^[A-Za-z]\w*__c$/.test(name) && !listed.includes(name),
  )
  return `SELECT ${[...new Set([...always, ...more, ...fields, ...custom])].join(', ')} FROM ${object}`
}
