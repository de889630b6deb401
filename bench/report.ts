import type { ProfileLine, ProfileSummary } from './profile.ts'

const PROFILE_LINES = 30

/** The top costs of the hub's thread: by function, by file or package, and with all that a function calls. */
export function printProfile(profile: ProfileSummary): void {
  console.log(`hub thread idle ${(profile.idleShare * 100).toFixed(1)} %`)
  for (const [title, lines] of [
    ['self time by function', profile.functions],
    ['self time by file or package', profile.files],
    ['total time', profile.totals],
  ] as const) {
    console.log(`\n${title}`)
    for (const line of lines.slice(0, PROFILE_LINES)) console.log(profileLine(line))
  }
}

function profileLine({ share, selfMs, name }: ProfileLine): string {
  return `${(share * 100).toFixed(1).padStart(6)} %  ${String(selfMs).padStart(6)} ms  ${name}`
}
