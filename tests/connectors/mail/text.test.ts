import { describe, expect, test } from 'vitest'
import { composeMail } from '../../../connectors/mail/compose.ts'
import { readMime } from '../../../connectors/mail/mime.ts'
import { cutReply } from '../../../connectors/mail/reply-text.ts'

// What is understood of a mail.

describe('the reply without quote and signature', () => {
  const cases: [name: string, text: string, reply: string, signature?: string][] = [
    ['nothing but words', 'Hello,\n\ncan you help?\n', 'Hello,\n\ncan you help?'],
    ['a signature after its delimiter', 'Fine.\n\n-- \nAna\nSilva Lda', 'Fine.', 'Ana\nSilva Lda'],
    [
      'a signature from its closing phrase',
      'Fine, thank you.\n\nBest regards,\nAna\n+351 1',
      'Fine, thank you.',
      'Best regards,\nAna\n+351 1',
    ],
    ['a mail that is nothing but thanks', 'Thanks,', 'Thanks,'],
    [
      'a phone that signs',
      'Yes.\n\nSent from my iPhone\n\nOn 20 Nov 2026, at 10:00, Bo <bo@x.io> wrote:\n> ok?',
      'Yes.',
      'Sent from my iPhone',
    ],
    ['Gmail', 'Yes.\n\nOn Fri, Nov 20, 2026 at 10:00 AM Bo Berg <bo@x.io> wrote:\n\n> ok?\n>\n> Bo\n', 'Yes.'],
    ['a line that was broken', 'Yes.\n\nOn Fri, Nov 20, 2026 at 10:00 AM Bo Berg\n<bo@x.io> wrote:\n> ok?', 'Yes.'],
    ['an answer below', '> ok?\n\nYes.', 'Yes.'],
    ['answers in between', 'On 20.11.2026 Bo wrote:\n> one?\nYes.\n> two?\nNo.', 'Yes.\nNo.'],
    [
      'Outlook',
      'Yes.\n\n________________________________\nFrom: Bo <bo@x.io>\nSent: Friday, 20 November 2026 10:00\nTo: Ana\nSubject: Q\n\nok?',
      'Yes.',
    ],
    [
      'Outlook in German',
      'Ja.\n\nVon: Bo <bo@x.io>\nGesendet: Freitag, 20. November 2026 10:00\nAn: Ana\nBetreff: F\n\nok?',
      'Ja.',
    ],
    ['German', 'Ja.\n\nAm 20.11.2026 um 10:00 schrieb Bo Berg:\n> ok?', 'Ja.'],
    ['French', 'Oui.\n\nLe ven. 20 nov. 2026 à 10:00, Bo <bo@x.io> a écrit :\n> ok ?', 'Oui.'],
    ['Chinese', '好的。\n\n在 2026年11月20日，10:00，Bo <bo@x.io> 写道：\n> 可以吗？', '好的。'],
    [
      'Chinese Outlook',
      '好的。\n\n发件人: Bo <bo@x.io>\n发送时间: 2026年11月20日 10:00\n收件人: Ana\n\n可以吗？',
      '好的。',
    ],
    [
      'QQ mail',
      '好的。\n\n------------------ 原始邮件 ------------------\n发件人: "Bo" <bo@x.io>;\n可以吗？',
      '好的。',
    ],
    ['words that look like an attribution', 'On Monday he wrote:\nI like it.', 'On Monday he wrote:\nI like it.'],
    ['a From: in the words', 'From: the heart', 'From: the heart'],
  ]
  test.each(cases)('%s', (_, text, reply, signature) => {
    const parts = cutReply(text.replaceAll('\n', '\r\n'))
    expect(parts.reply).toBe(reply)
    if (signature !== undefined) expect(parts.signature).toBe(signature)
    // What is cut is put aside, not lost.
    const kept = [parts.reply, parts.quoted, parts.signature].join('\n')
    for (const word of text.match(/\p{L}{3,}/gu) ?? []) expect(kept).toContain(word)
  })
})

const head = 'From: Ana Silva <Ana@Example.com>\r\nTo: support@acme.example\r\nMessage-ID: <m1@example.com>\r\n'
const read = async (raw: string, from = 'ana@example.com') =>
  composeMail(
    await readMime(Buffer.from(raw), { from, to: ['support@acme.example'] }),
    ['acme.example'],
    Buffer.from(raw),
  )

describe('a mail', () => {
  test('its sender, thread, date and attachments, the content of which is not kept', async () => {
    const mail = await read(
      `${head}Date: Sat, 21 Nov 2026 11:00:00 +0100\r\nSubject: =?utf-8?B?5L2g5aW9?=\r\nIn-Reply-To: <m0@acme.example>\r\n` +
        'References: <root@acme.example>\r\n <m0@acme.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n' +
        '--b\r\nContent-Type: text/plain; charset=gb18030\r\nContent-Transfer-Encoding: base64\r\n\r\nxOO6ww==\r\n' +
        '--b\r\nContent-Type: application/pdf; name="bill.pdf"\r\nContent-Disposition: attachment; filename="bill.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n--b--\r\n',
    )
    expect(mail).toMatchObject({
      kind: 'mail',
      direction: 'inbound',
      messageId: 'm1@example.com',
      threadId: 'root@acme.example',
      inReplyTo: 'm0@acme.example',
      from: { address: 'ana@example.com', name: 'Ana Silva' },
      contact: { address: 'ana@example.com' },
      date: '2026-11-21T10:00:00.000Z',
      subject: '你好',
      reply: '你好',
      attachments: [{ name: 'bill.pdf', type: 'application/pdf', bytes: 5, inline: false }],
    })
    expect(JSON.stringify(mail)).not.toContain('JVBERi0')
  })

  test('of our own people is about whom it went to', async () => {
    const mail = await read('From: bo@acme.example\r\nTo: Cy <cy@acme.example>, Ana <ana@example.com>\r\n\r\nHi')
    expect(mail).toMatchObject({ direction: 'outbound', contact: { address: 'ana@example.com', name: 'Ana' } })
    expect(mail.messageId).toMatch(/^[0-9a-f]{40}@no-message-id$/)
  })

  test('with HTML only is read as text', async () => {
    const html = '<p>Hello</p><blockquote>old</blockquote>'
    expect(await read(`${head}Content-Type: text/html\r\n\r\n${html}`)).toMatchObject({ text: 'Hello\n\nold' })
  })
})

describe('machines', () => {
  const report = (type: string, part: string) =>
    `From: MAILER-DAEMON@mx.example.net\r\nTo: support@acme.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n` +
    `Content-Type: multipart/report; report-type=${type}; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n${part}` +
    '--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <n1@acme.example>\r\nTo: gone@example.com\r\nSubject: Hi\r\n\r\nHi\r\n--b--\r\n'
  const status =
    '--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n' +
    'Final-Recipient: rfc822; Gone@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1\r\n no such user\r\n\r\n' +
    'Final-Recipient: rfc822; slow@example.com\r\nAction: delayed\r\nStatus: 4.4.1\r\n\r\n'

  test('report what they could not deliver, for each recipient', async () => {
    expect(await read(report('delivery-status', status), '')).toMatchObject({
      kind: 'bounce',
      bounce: {
        messageId: 'n1@acme.example',
        recipients: [
          { address: 'gone@example.com', status: '5.1.1', permanent: true, reason: '550 5.1.1 no such user' },
          { address: 'slow@example.com', status: '4.4.1', permanent: false },
        ],
      },
    })
  })

  test('pass on complaints', async () => {
    const part = '--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n\r\n'
    expect(await read(report('feedback-report', part))).toMatchObject({
      kind: 'complaint',
      bounce: { messageId: 'n1@acme.example', recipients: [{ address: 'gone@example.com', reason: 'abuse' }] },
    })
  })

  const prose = 'Your message could not be delivered:\r\n<gone@example.com>: 550 5.1.1 User unknown\r\n'
  const kinds: [name: string, headers: string, from: string, kind: string][] = [
    ['a bounce in prose', 'From: MAILER-DAEMON@x.io\r\nSubject: failure notice', '', 'bounce'],
    [
      'a bounce of Exim',
      'From: Mail Delivery System <Mailer-Daemon@x.io>\r\nX-Failed-Recipients: gone@example.com',
      '',
      'bounce',
    ],
    ['out of office', `${head}Auto-Submitted: auto-replied`, 'ana@example.com', 'autoReply'],
    ['out of office by its subject', `${head}Subject: Automatic reply: Hi`, 'ana@example.com', 'autoReply'],
    ['out of office in Chinese', `${head}Subject: 自动回复：你好`, 'ana@example.com', 'autoReply'],
    ['a machine without return path', `${head}Subject: Report`, '', 'autoReply'],
    ['a list', `${head}List-Id: <news.example.com>`, 'ana@example.com', 'bulk'],
    ['bulk', `${head}Precedence: bulk`, 'ana@example.com', 'bulk'],
    ['a person', `${head}Auto-Submitted: no\r\nSubject: Re: delivery status of my order`, 'ana@example.com', 'mail'],
  ]
  test.each(kinds)('%s', async (_, headers, from, kind) => {
    const mail = await read(`${headers.trim()}\r\n\r\n${prose}`, from)
    expect(mail.kind).toBe(kind)
    if (kind !== 'bounce') return
    expect(mail.bounce).toMatchObject({
      recipients: [{ address: 'gone@example.com', status: '5.1.1', permanent: true }],
    })
  })
})
