import { createServer } from 'node:net'
import { once } from 'node:events'
import { createTransport } from 'nodemailer'
import type { JsonObject } from '#model/json.ts'
import { FORM_TOKEN } from './environment.ts'
import type { DemoMail } from './story/stage.ts'

const SUPPORT = 'support@patchbay-demo.example'

/** How customers reach the company without any of its vendors; what is not taken is counted. */
export interface Intake {
  counters: { formsPosted: number; mailsSent: number; failed: number }
  /** Posts a form as the company's own web server does. */
  postForm(fields: JsonObject): Promise<void>
  /** Hands a mail over, as any mail server does. */
  sendMail(mail: DemoMail): Promise<void>
  close(): void
}

export function createIntake(hubUrl: string, smtpPort: number): Intake {
  const counters = { formsPosted: 0, mailsSent: 0, failed: 0 }
  const transport = createTransport({ host: '127.0.0.1', port: smtpPort, ignoreTLS: true, pool: true })
  return {
    counters,
    async postForm(fields) {
      const filled = Object.entries(fields).flatMap(([name, value]): [string, string][] =>
        typeof value === 'string' ? [[name, value]] : [],
      )
      try {
        const reply = await fetch(`${hubUrl}/in/form`, {
          method: 'POST',
          headers: { authorization: `Bearer ${FORM_TOKEN}` },
          body: new URLSearchParams(filled),
          redirect: 'manual',
        })
        await reply.arrayBuffer()
        if (reply.status < 400) counters.formsPosted++
        else counters.failed++
      } catch {
        counters.failed++
      }
    },
    async sendMail(mail) {
      try {
        await transport.sendMail({ ...mail, to: SUPPORT })
        counters.mailsSent++
      } catch {
        counters.failed++
      }
    },
    close: () => transport.close(),
  }
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('there is no free port')
  return address.port
}
