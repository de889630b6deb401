import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import { setMember } from '../../body/note.ts'

const NAME_STEPS_MAX = 8

/** Form names with brackets as nested members (`data[tags][0]`, `tags[]`), as PHP senders write them. */
export function nestNames(value: Json): Json {
  if (!isJsonObject(value)) return value
  const nested: JsonObject = {}
  for (const [name, member] of Object.entries(value)) {
    const steps = /^[^[\]]+(?:\[[^[\]]*\])+$/.test(name) ? name.replaceAll(']', '').split('[') : [name]
    if (steps.length > NAME_STEPS_MAX) setMember(nested, name, member)
    else place(nested, steps, member)
  }
  return listsOf(nested)
}

function place(target: JsonObject, steps: readonly string[], member: Json): void {
  let current = target
  for (const [i, step] of steps.entries()) {
    const name = step === '' ? String(Object.keys(current).length) : step
    if (i === steps.length - 1) {
      // `tags[]` repeated has arrived as a list already.
      if (step === '' && Array.isArray(member)) member.forEach((one, n) => setMember(current, String(n), one))
      else setMember(current, name, member)
      return
    }
    const next = Object.hasOwn(current, name) ? current[name] : undefined
    const inner = isJsonObject(next) ? next : {}
    if (inner !== next) setMember(current, name, inner)
    current = inner
  }
}

/** Members named 0, 1, 2 … are a list. */
function listsOf(object: JsonObject): Json {
  const names = Object.keys(object)
  const isList = names.length > 0 && names.every((name, i) => name === String(i))
  const members = names.map(name => {
    const member = object[name] ?? null
    return isJsonObject(member) ? listsOf(member) : member
  })
  if (isList) return members
  const result: JsonObject = {}
  names.forEach((name, i) => setMember(result, name, members[i] ?? null))
  return result
}
