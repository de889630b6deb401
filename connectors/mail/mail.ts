import type { BounceReport } from './bounce.ts'

/** One mail as inbound mappings see it, however it came. */
export interface Mail {
  /**
   * `bounce`: a server could not deliver; `complaint`: a reader marked it as spam; `autoReply`: out of office and the like;
   * `bulk`: newsletters and lists; `mail`: a person wrote.
   */
  kind: 'mail' | 'autoReply' | 'bulk' | 'bounce' | 'complaint'
  /** By who wrote it: `outbound` where the sender is of our own domains. */
  direction: 'inbound' | 'outbound'
  /** Without angle brackets; made of the bytes where the mail has none. */
  messageId: string
  /** The id of the mail that began the conversation. */
  threadId: string
  inReplyTo?: string
  references: readonly string[]
  /** As the sender's clock says, RFC 3339. */
  date?: string
  from?: Party
  replyTo?: Party
  to: readonly Party[]
  cc: readonly Party[]
  /** Who is not us: the sender, or whom we wrote to. */
  contact?: Party
  subject?: string
  /** The whole text; of mail that has only HTML, its text. */
  text: string
  /** The text without quote and signature. */
  reply: string
  quoted: string
  signature: string
  attachments: readonly AttachmentFacts[]
  bounce?: BounceReport
  /** Who the servers say it is from and for; what is in `to` may be a list. */
  envelope: { from?: string; to: readonly string[] }
}

export interface Party {
  address: string
  name?: string
}

/** The content of an attachment is not kept with the event. */
export interface AttachmentFacts {
  name?: string
  type: string
  bytes: number
  inline: boolean
}

/** What reading a mail brings; the rest follows from it. */
export interface ReadMail extends Omit<
  Mail,
  'kind' | 'direction' | 'messageId' | 'threadId' | 'contact' | 'reply' | 'quoted' | 'signature' | 'bounce'
> {
  messageId: string | undefined
  /** Lower-case names. */
  headers: ReadonlyMap<string, string>
  /** Parts that machines write for machines, by media type. */
  reports: ReadonlyMap<string, string>
  /** Where the service has cut the text already. */
  cut?: { reply: string; signature: string }
}
