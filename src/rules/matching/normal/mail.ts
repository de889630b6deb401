import { emailAddress } from '#model/values/email.ts'

/** Providers whose domain says nothing about who somebody is. */
const FREE = new Set(
  (
    'gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com aol.com icloud.com me.com mac.com gmx.net gmx.de gmx.com ' +
    'web.de t-online.de freenet.de mail.ru yandex.ru bk.ru list.ru rambler.ru proton.me protonmail.com zoho.com fastmail.com mail.com inbox.com ' +
    'qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn wo.cn aliyun.com 21cn.com tom.com vip.qq.com vip.163.com ' +
    'naver.com daum.net hanmail.net yahoo.co.jp yahoo.co.uk hotmail.co.uk hotmail.fr yahoo.fr orange.fr free.fr wanadoo.fr laposte.net libero.it ' +
    'virgilio.it tiscali.it alice.it terra.com.br uol.com.br bol.com.br comcast.net verizon.net att.net sbcglobal.net cox.net bigpond.com btinternet.com'
  ).split(' '),
)
/** Mailboxes of a function, not of a person. */
const ROLES = new Set(
  (
    'info sales office contact hello support service help helpdesk admin administrator webmaster postmaster hostmaster root billing accounts accounting ' +
    'finance invoice invoices orders order purchasing marketing press jobs hr team mail email enquiries reception kefu shangwu yewu xiaoshou renshi caigou ' +
    'caiwu bangong noreply no-reply no_reply donotreply do-not-reply kontakt buero vertrieb rechnung contacto ventas commercial comptabilite'
  ).split(' '),
)
const DOTLESS = new Set(['gmail.com', 'googlemail.com'])
const SAME: Readonly<Record<string, string>> = { 'googlemail.com': 'gmail.com' }

export interface MailKey {
  address: string
  local: string
  domain: string
  isRole: boolean
  isFree: boolean
}

/**
 * An e-mail address as its provider delivers it: what follows a plus is a label of the owner, and Gmail reads no dots.
 * Typing errors that make it no valid address keep what stands around the at sign.
 */
export function mailKey(value: string): MailKey | undefined {
  const bare = emailAddress(value) ?? loose(value)
  if (bare === undefined) return undefined
  const at = bare.lastIndexOf('@')
  const given = bare.slice(at + 1)
  const domain = SAME[given] ?? given
  const label = bare.slice(0, at).replace(/\+.*$/u, '')
  const local = DOTLESS.has(given) ? label.replaceAll('.', '') : label
  if (local === '') return undefined
  return { address: `${local}@${domain}`, local, domain, isRole: ROLES.has(local), isFree: FREE.has(domain) }
}

function loose(value: string): string | undefined {
  const text = value.normalize('NFKC').trim().toLowerCase()
  return /^[^\s@]+@[^\s@]+$/u.test(text) ? text : undefined
}

/** The domain of a web address or a bare domain, without www; undefined for a shared provider. */
export function ownDomain(value: string): string | undefined {
  const host = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@]*@)?([^/?#:]+)/iu.exec(
    value.normalize('NFKC').trim().toLowerCase(),
  )?.[1]
  const domain = host?.replace(/^www\d?\./u, '').replace(/\.$/u, '')
  return domain !== undefined && /^[^.\s]+(?:\.[^.\s]+)+$/u.test(domain) && !FREE.has(domain) ? domain : undefined
}
