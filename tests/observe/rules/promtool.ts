import { spawnSync } from 'node:child_process'

/** Debian: package `prometheus`. */
export const hasPromtool = spawnSync('promtool', ['--version']).status === 0

/** Runs promtool; what it says, and whether it was content. */
export function promtool(args: readonly string[], input = ''): { ok: boolean; says: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' })
  return { ok: status === 0, says: `${stdout}${stderr}` }
}
