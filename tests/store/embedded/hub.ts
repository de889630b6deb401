// A hub reduced to its database: started by the tests as a process of its own, so that it can be killed.
// Prints one line of JSON when it is up, or the error's code; ends when its standard input closes.
import pino from 'pino'
import { StartError, startEmbeddedPostgres } from '#store/embedded/start.ts'

const [dataDir = ''] = process.argv.slice(2)
try {
  const server = await startEmbeddedPostgres({ dataDir, log: pino({ level: 'silent' }) })
  console.log(JSON.stringify({ url: server.url, pid: server.pid() }))
  process.stdin.resume().once('end', () => void server.stop().then(() => process.exit(0)))
} catch (error) {
  if (!(error instanceof StartError)) throw error
  console.log(JSON.stringify({ code: error.code, message: error.message }))
  process.exit(1)
}
