import { type Condition, DAY_MS, type Finding } from '../condition.ts'
import type { ExpiryFact } from '../facts/expiry.ts'
import type { Facts } from '../facts/facts.ts'
import { span, textOf } from '../wording.ts'

function findExpiring(
  { nowMs, expiries }: Facts,
  kinds: readonly ExpiryFact['kind'][],
  days: { ticket: number; page: number },
): Finding[] {
  return expiries.flatMap(({ kind, system, name, endsAtMs }) => {
    const leftMs = endsAtMs - nowMs
    if (!kinds.includes(kind) || leftMs > days.ticket * DAY_MS) return []
    return {
      severity: leftMs > days.page * DAY_MS ? 'ticket' : 'page',
      ...(system !== undefined && { system }),
      object: name,
      sinceMs: Math.min(nowMs, endsAtMs - days.ticket * DAY_MS),
      value: Math.max(0, leftMs),
      detail: { kind, endsAt: new Date(endsAtMs).toISOString() },
    }
  })
}

const day = (end: string): string => end.slice(0, 10)

/** A token or credential with a known end is near it. */
export const credentialExpiring: Condition = {
  name: 'CredentialExpiring',
  find: facts => findExpiring(facts, ['credentials', 'token'], { ticket: 7, page: 1 }),
  command: ({ system }) => (system === '' ? 'patchbay token list' : 'patchbay check'),
  text: {
    en: ({ title, object, value, detail }) => ({
      what: `${title === '' ? `The API token "${object}"` : `The credentials of ${title}`} end${title === '' ? 's' : ''} in ${span(value, 'en')} (${day(textOf(detail, 'endsAt'))})`,
      cure: 'Make a new one now, put it first where patchbay.yaml refers to, restart, and check. Calls are refused once it has ended.',
    }),
    zh: ({ title, object, value, detail }) => ({
      what: `${title === '' ? `API 令牌“${object}”` : `${title} 的凭证`}将在 ${span(value, 'zh')}后到期（${day(textOf(detail, 'endsAt'))}）`,
      cure: '请尽快申请新的凭证，放到 patchbay.yaml 所引用的位置，重启后检查。到期后调用会被拒绝。',
    }),
  },
}

/** A TLS certificate, of a listener of the hub or of an address that it calls, is near its end. */
export const certificateExpiring: Condition = {
  name: 'CertificateExpiring',
  find: facts => findExpiring(facts, ['certificate'], { ticket: 14, page: 2 }),
  command: () => 'patchbay check',
  text: {
    en: ({ title, object, value, detail }) => ({
      what: `The TLS certificate "${object}" of ${title} ends in ${span(value, 'en')} (${day(textOf(detail, 'endsAt'))})`,
      cure: 'One of our own: renew it where patchbay.yaml refers to, and restart. One of a vendor: tell them. Nobody connects once it has ended.',
    }),
    zh: ({ title, object, value, detail }) => ({
      what: `${title} 的 TLS 证书“${object}”将在 ${span(value, 'zh')}后到期（${day(textOf(detail, 'endsAt'))}）`,
      cure: '自己的证书：请续期，替换 patchbay.yaml 所引用的内容并重启；对方的证书：请通知对方。到期后将无法建立连接。',
    }),
  },
}
