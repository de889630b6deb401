import type { ReplyOf } from '#console/handler.ts'
import { createContext } from './context.ts'
import { shortTime } from './output/output.ts'
import type { AddCommand } from './command.ts'

interface CreateOptions {
  name: string
  scope: string[]
  expires?: string
}

export const addTokenCommand: AddCommand = (program, environment) => {
  const token = program.command('token').description('tokens of the REST API: list, create, revoke')
  token
    .command('list', { isDefault: true })
    .description('list them (the default)')
    .action(async (_options, command) => {
      const { connect, out } = createContext(command, environment)
      const { items } = await connect().get('listTokens', '/tokens')
      out.value(items)
      out.table(
        [
          { title: 'ID' },
          { title: 'NAME', max: 30 },
          { title: 'SCOPES' },
          { title: 'MADE' },
          { title: 'LAST USED' },
          { title: 'STATE' },
        ],
        items.map(row => [
          row.id,
          row.name,
          row.scopes.join(' '),
          shortTime(row.createdAt),
          shortTime(row.lastUsedAt),
          stateOf(row),
        ]),
      )
    })
  token
    .command('create')
    .description('make a token; its value is shown this once')
    .requiredOption('--name <name>')
    .requiredOption('--scope <scopes...>', 'read-masked, read, operate, map, admin')
    .option('--expires <time>', 'RFC 3339')
    .action(async (options: CreateOptions, command) => {
      const { connect, out } = createContext(command, environment)
      const body = {
        name: options.name,
        scopes: options.scope,
        ...(options.expires !== undefined && { expiresAt: options.expires }),
      }
      const made = await connect().post('createToken', '/tokens', body)
      out.value(made)
      out.line(made.value)
    })
  token
    .command('revoke <id>')
    .description('revoke a token at once')
    .action(async (id: string, _options, command) => {
      const { connect, out } = createContext(command, environment)
      const row = await connect().delete('revokeToken', `/tokens/${encodeURIComponent(id)}`)
      out.value(row)
      out.line(`Token "${row.name}" is revoked.`)
    })
}

function stateOf(row: ReplyOf<'revokeToken'>): string {
  if (row.revokedAt !== null) return 'revoked'
  return row.expiresAt !== null && Date.parse(row.expiresAt) < Date.now() ? 'expired' : 'valid'
}
