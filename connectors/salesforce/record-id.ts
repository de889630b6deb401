const ID15 = /^[A-Za-z0-9]{15}$/
const SUFFIX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'
const GROUP = 5

/**
 * A record id in its long form. Salesforce gives 15 characters, where case counts, or 18: the last three say which of the
 * others are capitals. Any other text is given back as it is.
 */
export function longId(id: string): string {
  if (!ID15.test(id)) return id
  let suffix = ''
  for (let start = 0; start < id.length; start += GROUP) {
    let bits = 0
    for (let place = 0; place < GROUP; place++) if (/[A-Z]/.test(id.charAt(start + place))) bits += 2 ** place
    suffix += SUFFIX.charAt(bits)
  }
  return id + suffix
}
