import type { CostProfile, StatementCost } from './cost-profile.ts'
import type { ProfileLine } from './profile.ts'

const PROFILE_LINES = 30

/** The top costs of the hub's thread: by function, by file or package, and with all that a function calls. */
export function printProfile({ hub: profile, statements }: CostProfile): void {
  console.log(`hub thread idle ${(profile.idleShare * 100).toFixed(1)} %`)
  for (const [title, lines] of [
    ['self time by function', profile.functions],
    ['self time by file or package', profile.files],
    ['total time', profile.totals],
  ] as const) {
    console.log(`\n${title}`)
    for (const line of lines.slice(0, PROFILE_LINES)) console.log(profileLine(line))
  }
  console.log('\nPostgreSQL: time by statement')
  for (const statement of statements) console.log(statementLine(statement))
}

function profileLine({ share, selfMs, name }: ProfileLine): string {
  return `${(share * 100).toFixed(1).padStart(6)} %  ${String(selfMs).padStart(6)} ms  ${name}`
}

function statementLine({ share, calls, totalMs, planMs, rows, text }: StatementCost): string {
  const each = `${(totalMs / calls).toFixed(2)} ms each, planning ${(planMs / calls).toFixed(2)}, ${(rows / calls).toFixed(1)} rows`
  return `${(share * 100).toFixed(1).padStart(6)} %  ${Math.round(totalMs).toString().padStart(6)} ms  ${calls} calls (${each})  ${text}`
}
