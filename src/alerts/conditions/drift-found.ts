import type { Condition } from '../condition.ts'

/** The ids that a system lists lack so many known ones that the hub did not delete them. */
export const driftFound: Condition = {
  name: 'DriftFound',
  find: ({ heldDeletes }) =>
    heldDeletes.map(({ system, object, atMs, missing }) => ({
      severity: 'ticket',
      system,
      object,
      sinceMs: atMs,
      value: missing,
      customers: missing,
    })),
  command: ({ system, object }) => `patchbay systems deletes ${system}/${object}`,
  text: {
    en: ({ title, object, value }) => ({
      what: `${value} records of ${title}/${object} are known here and no longer listed there; their deletion is held`,
      cure: 'A filter, a permission or an empty answer are the usual causes. Look at the sample there; then release or discard the deletes.',
    }),
    zh: ({ title, object, value }) => ({
      what: `${title}/${object} 有 ${value} 条记录本系统存在而对方已不再列出，删除操作已暂停`,
      cure: '常见原因：筛选条件、权限或返回为空。请到对方核对样例，再决定放行（--release）或丢弃（--discard）。',
    }),
  },
}
