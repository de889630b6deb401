import { CliError } from '../cli-error.ts'

/** The path of a mapping in the API: `/mappings/crm/contact.out` */
export function pathOf(name: string): string {
  const [folder, mapping, ...rest] = name.split('/')
  if (folder === undefined || mapping === undefined || rest.length > 0 || !/\.(in|out)$/.test(mapping))
    throw new CliError(`"${name}": expected a folder and a mapping, such as crm/contact.out`)
  return `/mappings/${encodeURIComponent(folder)}/${encodeURIComponent(mapping)}`
}
