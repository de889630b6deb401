import { isJsonObject } from '#model/json.ts'
import { alertsSchema, channelSchemas } from './schema.ts'
import type { AlertChannel, AlertChannelType, AlertsConfig, AlertTeam } from './alerts.ts'
import type { TeamConfig } from '../config.ts'
import type { Path } from '../document.ts'
import type { Environment } from '../environment.ts'
import { nameChoice, type ProblemList } from '../problems.ts'
import { resolveReferences } from '../secrets.ts'

interface AlertsContext {
  list: ProblemList
  teams: Readonly<Record<string, TeamConfig>>
  environment: Environment
  dataDir: string
}

/** Checks `alerts` wholly: each channel by its type, and that every name in it is one. */
export function checkAlerts(given: unknown, context: AlertsContext): AlertsConfig | undefined {
  const { list } = context
  const alerts = list.check(alertsSchema, given ?? undefined, ['alerts'])
  const section = isJsonObject(given) ? given : {}
  const givenChannels = Object.entries(isJsonObject(section.channels) ? section.channels : {})
  const channels = givenChannels.flatMap(([name, value]) => checkChannel(name, value, context) ?? [])
  if (alerts === undefined) return undefined
  const { defaultTeam, runbooks } = alerts
  const teamNames = Object.keys(context.teams)
  if (defaultTeam !== undefined && !teamNames.includes(defaultTeam))
    list.add(['alerts', 'defaultTeam'], `unknown team "${defaultTeam}"`, nameChoice(defaultTeam, teamNames))
  const known = new Map(givenChannels.map(([name]) => [name, channels.find(channel => channel.name === name)]))
  for (const [name, team] of Object.entries(alerts.teams)) {
    const path = ['alerts', 'teams', name]
    if (!teamNames.includes(name)) list.add(path, `unknown team "${name}"`, nameChoice(name, teamNames), 'key')
    checkNames(team.channels, known, [...path, 'channels'], list)
    checkNames(team.pageChannels ?? [], known, [...path, 'pageChannels'], list)
    for (const [step, { channels: names }] of team.escalate.entries())
      checkNames(names, known, [...path, 'escalate', step, 'channels'], list)
    const needs = [...team.channels, ...(team.pageChannels ?? [])].map(channel => known.get(channel))
    if (context.teams[name]?.email === undefined && needs.some(channel => channel?.type === 'mail' && !channel.to))
      list.add(
        path,
        `nobody is known to write to: a channel without "to" writes to the team`,
        `"email" in teams.${name}`,
      )
  }
  return {
    ...(defaultTeam !== undefined && { defaultTeam }),
    language: alerts.language,
    timeZone: alerts.timeZone,
    ...(runbooks !== undefined && { runbooks: runbooks.replace(/\/+$/, '') }),
    channels: Object.fromEntries(channels.map(channel => [channel.name, channel])),
    teams: Object.fromEntries(
      Object.entries(alerts.teams).map(([name, { escalate, ...team }]): [string, AlertTeam] => [
        name,
        {
          language: alerts.language,
          timeZone: alerts.timeZone,
          ...team,
          escalate: escalate.map(({ after, channels: names }) => ({ afterMs: after, channels: names })),
        },
      ]),
    ),
  }
}

function checkNames(
  names: readonly string[],
  known: ReadonlyMap<string, unknown>,
  path: Path,
  list: ProblemList,
): void {
  for (const [index, name] of names.entries())
    if (!known.has(name)) list.add([...path, index], `unknown channel "${name}"`, nameChoice(name, [...known.keys()]))
}

function checkChannel(name: string, given: unknown, context: AlertsContext): AlertChannel | undefined {
  const { list } = context
  const path = ['alerts', 'channels', name]
  const type = isJsonObject(given) ? given.type : undefined
  if (!isChannelType(type)) {
    const types = Object.keys(channelSchemas)
    list.add(
      [...path, 'type'],
      typeof type === 'string' ? `unknown type "${type}"` : '"type" is missing',
      nameChoice(typeof type === 'string' ? type : '', types),
    )
    return undefined
  }
  const before = list.problems.length
  const channel = list.check<Record<string, unknown>>(channelSchemas[type], given, path)
  if (channel === undefined) return undefined
  const references = Object.entries(isJsonObject(channel.secrets) ? channel.secrets : {})
  const secrets: Record<string, readonly string[]> = Object.fromEntries(
    references.map(([secret, value]) => [secret, resolveReferences(value, context, [...path, 'secrets', secret])]),
  )
  for (const url of secrets['url'] ?? [])
    if (!/^https?:\/\//.test(url)) list.add([...path, 'secrets', 'url'], 'the secret is no address', 'https://...')
  // The schema of its type has said what else is in it.
  return list.problems.length === before ? ({ ...channel, name, secrets } as AlertChannel) : undefined
}

function isChannelType(type: unknown): type is AlertChannelType {
  return typeof type === 'string' && Object.hasOwn(channelSchemas, type)
}
