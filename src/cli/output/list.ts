import type { Command } from 'commander'
import { CliError } from '../cli-error.ts'

export interface ListOptions {
  limit?: string
  all?: boolean
}

const LIMIT_DEFAULT = 20
const PAGE_MAX = 200

export function addListOptions(command: Command): Command {
  return command.option('--limit <count>', `how many (default ${LIMIT_DEFAULT})`).option('--all', 'all of them')
}

/** Reads pages until there are as many as were asked for. */
export async function readList<Item>(
  options: ListOptions,
  read: (query: { limit: number; cursor?: string }) => Promise<{ items: Item[]; next?: string }>,
): Promise<{ items: Item[]; more: boolean }> {
  const wanted = options.all === true ? Number.POSITIVE_INFINITY : Number(options.limit ?? LIMIT_DEFAULT)
  if (!(wanted >= 1)) throw new CliError(`--limit ${options.limit ?? ''}: expected a count of 1 or more`)
  const items: Item[] = []
  let cursor: string | undefined
  do {
    const limit = Math.min(PAGE_MAX, wanted - items.length)
    const page = await read({ limit, ...(cursor !== undefined && { cursor }) })
    items.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined && items.length < wanted)
  return { items, more: cursor !== undefined }
}
