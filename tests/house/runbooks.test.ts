import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { ROOT } from './generate.ts'

// Whoever was woken copies these commands: each must exist, with its options.

const folder = join(ROOT, 'docs/runbooks')
const program = createProgram({} as never, () => {})
const topLevel = new Set(program.commands.map(command => command.name()))

/** Commands in fenced blocks, and those in running text that begin with a command of ours. */
function commandsOf(text: string): string[] {
  const fenced = [...text.matchAll(/^npm run patchbay -- (.+)$/gm)].map(match => match[1] ?? '')
  const inline = [...text.matchAll(/`([a-z][^`\n]*)`/g)].map(match => match[1] ?? '')
  return [...fenced, ...inline.filter(one => topLevel.has(one.split(' ')[0] ?? '') && one.includes(' '))]
}

function problemOf(line: string): string | undefined {
  let command: Command = program
  const words = line.match(/"[^"]*"|\S+/g) ?? []
  for (const [at, word] of words.entries()) {
    if (word.startsWith('--')) {
      const known = [...command.options, ...program.options, ...(command.parent?.options ?? [])]
      const inDefault = command.commands.flatMap(one => one.options)
      if (![...known, ...inDefault].some(option => option.long === word)) return `${word} is no option of it`
      continue
    }
    const next = command.commands.find(one => one.name() === word)
    if (next !== undefined) command = next
    else if (at === 0) return `there is no command ${word}`
    else if (
      command.commands.length > 0 &&
      command.registeredArguments.length === 0 &&
      words[at - 1]?.startsWith('--') !== true
    )
      return `${word} is no command of it`
  }
  return undefined
}

test.each(readdirSync(folder))('%s names commands that exist', name => {
  const commands = commandsOf(readFileSync(join(folder, name), 'utf8'))
  expect(commands.length).toBeGreaterThan(0)
  for (const line of commands) expect(problemOf(line), line).toBeUndefined()
})

test('a wrong command is found', () => {
  expect(problemOf('systems resumed crm')).toBeDefined()
  expect(problemOf('replay --sytem crm')).toBeDefined()
  expect(problemOf('frobnicate')).toBeDefined()
})
