import { createHash } from 'node:crypto'
import { recognise } from './automatic.ts'
import type { Mail, Party, ReadMail } from './mail.ts'
import { cutReply } from './reply-text.ts'

/** A mail with all that follows from what was read of it. `bytes`: what it is known by where it bears no Message-ID. */
export function composeMail(read: ReadMail, ownDomains: readonly string[], bytes: Uint8Array): Mail {
  const { headers: _, reports: __, cut, messageId: given, ...rest } = read
  const messageId = given ?? `${createHash('sha256').update(bytes).digest('hex').slice(0, 40)}@no-message-id`
  const isOurs = ownDomains.includes(domainOf(read.from))
  const outside = [...read.to, ...read.cc].find(party => !ownDomains.includes(domainOf(party)))
  const contact = isOurs ? outside : read.from
  const parts = cutReply(read.text)
  return {
    ...rest,
    ...recognise(read),
    direction: isOurs ? 'outbound' : 'inbound',
    messageId,
    threadId: read.references[0] ?? read.inReplyTo ?? messageId,
    ...(contact === undefined ? {} : { contact }),
    ...parts,
    ...(cut === undefined ? {} : cut),
  }
}

function domainOf(party: Party | undefined): string {
  return party?.address.slice(party.address.lastIndexOf('@') + 1).toLowerCase() ?? ''
}

/** Ids in a header such as References, without angle brackets. */
export function messageIds(header: string | undefined): string[] {
  return [...(header ?? '').matchAll(/<([^<>\s]{1,500})>/g)].map(match => match[1] ?? '')
}
