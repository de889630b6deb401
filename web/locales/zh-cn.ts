import { alerts } from './zh-cn/alerts.ts'
import { broken, frame, login, notFound, scopeNeeded } from './zh-cn/frame.ts'
import { history, plan, publish } from './zh-cn/journey.ts'
import { mappings, overview } from './zh-cn/pages.ts'
import { problem } from './zh-cn/problems.ts'
import { findings, studio } from './zh-cn/studio.ts'

export const zh = {
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
