import type { Hub } from '#app.ts'
import { createToken, findToken } from '#console/tokens.ts'
import { readAccessFile, writeAccessFile } from './access-file.ts'

/**
 * Lets the command line of this machine in: a token of its own in the data folder, readable by the hub's user only, kept
 * as long as it is valid. A token of a lost or copied file can be revoked like any other.
 */
export async function keepAccess(hub: Hub, dataDir: string): Promise<void> {
  const known = readAccessFile(dataDir)
  const isValid = known !== undefined && (await findToken(hub.database.kysely, known.token, hub.nowMs())) !== undefined
  const token = isValid
    ? known.token
    : (await createToken(hub.database.kysely, { id: hub.ids.uuid(), name: 'command line', scopes: ['admin'] })).value
  writeAccessFile(dataDir, { url: hub.url, token })
}
