import { alerts } from './en/alerts.ts'
import { broken, frame, login, notFound, scopeNeeded } from './en/frame.ts'
import { history, plan, publish } from './en/journey.ts'
import { mappings, overview } from './en/pages.ts'
import { problem } from './en/problems.ts'
import { findings, studio } from './en/studio.ts'

export const en = {
  frame,
  scopeNeeded,
  login,
  notFound,
  broken,
  problem,
  overview,
  alerts,
  mappings,
  studio,
  findings,
  plan,
  publish,
  history,
}
