import type { IncomingMessage } from 'node:http'

/** Reads a whole request body: `too_large` as soon as the limit is passed (the rest is not read), `aborted` when the client went away. */
export function readBody(
  request: IncomingMessage,
  bodyBytesMax: number,
): Promise<Uint8Array | 'too_large' | 'aborted'> {
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > bodyBytesMax) return Promise.resolve('too_large')
  return new Promise(resolve => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > bodyBytesMax) {
        request.pause()
        resolve('too_large')
      } else {
        chunks.push(chunk)
      }
    })
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)))
    request.on('error', () => resolve('aborted'))
    request.on('close', () => resolve('aborted'))
  })
}
