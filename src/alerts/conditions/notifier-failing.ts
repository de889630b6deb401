import type { Condition } from '../condition.ts'
import { after, textOf } from '../wording.ts'

/** A channel did not take a notice: the next one of the team did, if it has one. */
export const notifierFailing: Condition = {
  name: 'NotifierFailing',
  find: ({ channels }) =>
    channels.map(({ name, failingSinceMs, failures, error }) => ({
      severity: 'ticket',
      object: name,
      sinceMs: failingSinceMs,
      value: failures,
      detail: { error },
    })),
  command: ({ object }) => `patchbay alerts test --channel ${object}`,
  text: {
    en: ({ object, detail }) => ({
      what: `Notices cannot be sent through the channel "${object}"${after(textOf(detail, 'error'))}`,
      cure: 'A webhook address that was revoked, a robot or flow that was switched off, a password. Correct it where patchbay.yaml refers to, restart, and test the channel.',
    }),
    zh: ({ object, detail }) => ({
      what: `通知渠道“${object}”发送失败${after(textOf(detail, 'error'))}`,
      cure: '可能是 webhook 地址失效、机器人或流程被停用、密码有误。请修正 patchbay.yaml 所引用的内容，重启并测试该渠道。',
    }),
  },
}
