import { createTransport } from 'nodemailer'

export interface SmtpServer {
  /** As it is configured: what its certificate must name. */
  host: string
  /** What the name was resolved to, under the guard. */
  address: string
  port: number
  tls: 'starttls' | 'implicit' | 'off'
  user: string | undefined
  password: string
  timeoutMs: number
}

/** A connection to a mail server that was checked by its address; whoever opens it closes it. */
export function openSmtp({ host, address, port, tls, user, password, timeoutMs }: SmtpServer) {
  return createTransport({
    host: address,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'off',
    tls: { servername: host },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    ...(user === undefined ? {} : { auth: { user, pass: password } }),
  })
}
