import { connect } from 'node:tls'
import type { Reading } from './reading.ts'

const TIMEOUT_MS = 5_000

/** The certificate that senders meet at `hub.publicUrl`: whoever stands in front of the hub, it is the hub that is not reached. */
export const ownCertificateReading: Reading = {
  name: 'own certificate',
  freshMs: 60 * 60_000,
  async take({ config, calls }) {
    const url = URL.parse(config.hub.publicUrl)
    if (url?.protocol !== 'https:') return
    const endsAtMs = await certificateEnd(url.hostname, url.port === '' ? 443 : Number(url.port))
    if (endsAtMs !== undefined) calls.certificates.note('', url.hostname, endsAtMs)
  },
}

/** Also of a certificate that nobody should trust, or that has ended: that is what is to be told. */
export function certificateEnd(host: string, port: number): Promise<number | undefined> {
  return new Promise(resolve => {
    const socket = connect({ host, port, servername: host, rejectUnauthorized: false, timeout: TIMEOUT_MS })
    const end = (endsAtMs?: number): void => {
      socket.destroy()
      resolve(endsAtMs)
    }
    socket.once('secureConnect', () => {
      const endsAtMs = Date.parse(socket.getPeerCertificate().valid_to)
      end(Number.isNaN(endsAtMs) ? undefined : endsAtMs)
    })
    socket.once('error', () => end())
    socket.once('timeout', () => end())
  })
}
