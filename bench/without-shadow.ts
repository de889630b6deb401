import { replaceText } from '../simulation/mutants/replace-text.ts'

/**
 * Loaded before a hub that keeps no shadow: what it writes is not remembered by fields, and no report is compared with it.
 * The document that was sent last stays, since every hub needs it to send only what changed.
 */
replaceText('the hub without a shadow', [
  {
    file: 'src/deliver/parts.ts',
    find: `  if (!isHeard(parts, delivery)) return undefined
  const route`,
    replace: `  if (parts !== undefined) return undefined
  const route`,
  },
  {
    file: 'src/interpret/rows.ts',
    find: `  if (row.sent_fields === null && row.in_flight === null && row.sent_earlier === null) return undefined
`,
    replace: `  if (row !== undefined) return undefined
`,
  },
])
