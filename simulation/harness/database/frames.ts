/** One message of PostgreSQL's protocol (version 3): a letter and what follows its length. */
export interface Frame {
  type: string
  body: Buffer
}

export function frame(type: string, body: Uint8Array = new Uint8Array()): Buffer {
  const whole = Buffer.alloc(5 + body.length)
  whole.write(type, 0, 'latin1')
  whole.writeInt32BE(4 + body.length, 1)
  whole.set(body, 5)
  return whole
}

/** The whole messages at the start of the bytes, and how many bytes they take. */
export function framesOf(bytes: Buffer): { frames: Frame[]; length: number } {
  const frames: Frame[] = []
  let at = 0
  while (bytes.length - at >= 5) {
    const length = 1 + bytes.readInt32BE(at + 1)
    if (bytes.length - at < length) break
    frames.push({ type: String.fromCharCode(bytes[at] ?? 0), body: bytes.subarray(at + 5, at + length) })
    at += length
  }
  return { frames, length: at }
}

/** The zero-terminated text at `at`, and where what follows begins. */
export function textAt(body: Buffer, at: number): { text: string; next: number } {
  const end = body.indexOf(0, at)
  return { text: body.toString('utf8', at, end), next: end + 1 }
}

export function zeroEnded(text: string): Buffer {
  return Buffer.from(`${text}\0`)
}
