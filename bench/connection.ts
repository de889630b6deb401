import { connect } from 'node:net'

/** One keep-alive HTTP/1.1 connection that carries one request at a time. */
export interface Connection {
  /** Sends the bytes of a whole request; resolves with the status of its answer. */
  send(request: Buffer): Promise<number>
  close(): void
}

/** A client that costs next to nothing: it reads only the status and the length of an answer. */
export async function openConnection(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let received = ''
  let waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined
  const fail = (error: Error): void => {
    const failed = waiting
    waiting = undefined
    failed?.reject(error)
  }
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('connect', resolve)
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed the connection')))
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    received += chunk
    const end = endOfAnswer(received)
    if (end === undefined) return
    const status = Number(received.slice(9, 12))
    received = received.slice(end)
    const done = waiting
    waiting = undefined
    done?.resolve(status)
  })
  return {
    send: request =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        if (socket.writable) socket.write(request)
        else fail(new Error('the server closed the connection while it was idle'))
      }),
    close: () => void socket.destroy(),
  }
}

/** Where the first answer ends; undefined while bytes are missing. */
function endOfAnswer(text: string): number | undefined {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return undefined
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))
  if (length === null) throw new Error('the benchmark reads only answers with a content-length')
  const end = head + 4 + Number(length[1])
  return text.length < end ? undefined : end
}
