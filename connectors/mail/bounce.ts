/** What a server reports of mail that it could not deliver, or of a reader who complained. */
export interface BounceReport {
  /** Of the mail that came back. */
  messageId?: string
  recipients: readonly {
    address: string
    /** Such as 5.1.1 (RFC 3463). */
    status?: string
    /** A server gave up for good; false: it tries on, or nobody knows. */
    permanent: boolean
    reason?: string
  }[]
}

type Fields = ReadonlyMap<string, string>

/**
 * The delivery report of a `multipart/report` (RFC 3464): one block of fields for the mail, then one for each recipient.
 * Undefined where it names no recipient that failed.
 */
export function readDeliveryReport(report: string, original: string | undefined): BounceReport | undefined {
  const recipients = blocksOf(report).flatMap(block => {
    const address = addressIn(block.get('final-recipient') ?? block.get('original-recipient'))
    const action = block.get('action')?.toLowerCase()
    if (address === undefined || action === 'delivered' || action === 'relayed' || action === 'expanded') return []
    const status = /\d\.\d{1,3}\.\d{1,3}/.exec(block.get('status') ?? '')?.[0]
    const reason = block.get('diagnostic-code')?.replace(/^[\w-]+;\s*/, '')
    return [recipientOf(address, status, reason, action === 'failed')]
  })
  return recipients.length === 0 ? undefined : { ...messageIdOf(original), recipients }
}

/** A complaint of a reader (RFC 5965). */
export function readComplaint(report: string, original: string | undefined): BounceReport | undefined {
  const [fields] = blocksOf(report)
  const address = addressIn(fields?.get('original-rcpt-to')) ?? addressIn(headerOf(original, 'to'))
  if (address === undefined) return undefined
  const reason = fields?.get('feedback-type')
  return { ...messageIdOf(original), recipients: [recipientOf(address, undefined, reason, false)] }
}

/** A report in prose, as older servers write it: `X-Failed-Recipients`, else the addresses beside an SMTP code. */
export function readProse(text: string, failedRecipients: string | undefined): BounceReport | undefined {
  const named = failedRecipients?.split(',').flatMap(part => addressIn(part) ?? [])
  const status = /\b[45]\.\d{1,3}\.\d{1,3}\b/.exec(text)?.[0]
  const reason = /^.*\b[45]\d\d[ -].*$/m.exec(text)?.[0]?.trim().slice(0, 500)
  const found =
    named ?? [...text.matchAll(/<([^<>\s@]{1,64}@[^<>\s@]{1,255})>/g)].map(match => match[1] ?? '').slice(0, 1)
  const permanent = status?.startsWith('5') ?? /\b5\d\d[ -]/.test(reason ?? '')
  if (found.length === 0) return undefined
  return { recipients: found.map(address => recipientOf(address, status, reason, permanent)) }
}

function recipientOf(
  address: string,
  status: string | undefined,
  reason: string | undefined,
  failed: boolean,
): BounceReport['recipients'][number] {
  const permanent = failed && status?.startsWith('4') !== true
  return {
    address: address.toLowerCase(),
    permanent,
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
  }
}

function blocksOf(report: string): Fields[] {
  const unfolded = report.replaceAll(/\r\n?/g, '\n').replaceAll(/\n[ \t]+/g, ' ')
  return unfolded.split(/\n{2,}/).map(
    block =>
      new Map(
        block.split('\n').flatMap(line => {
          const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(line) ?? []
          return name === undefined ? [] : [[name.toLowerCase(), value?.trim() ?? ''] as const]
        }),
      ),
  )
}

/** Of `rfc822; <ana@example.com>` or a bare address. */
function addressIn(text: string | undefined): string | undefined {
  return /[^\s;<>"',]+@[^\s;<>"',]+/.exec(text ?? '')?.[0]
}

function headerOf(headers: string | undefined, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]*(.*(?:\\n[ \\t].*)*)`, 'im').exec(headers?.replaceAll('\r\n', '\n') ?? '')?.[1]
}

function messageIdOf(original: string | undefined): { messageId?: string } {
  const id = /<([^<>\s]+)>/.exec(headerOf(original, 'message-id') ?? '')?.[1]
  return id === undefined ? {} : { messageId: id }
}
