import type { ConsoleParts, Handlers } from '../../handler.ts'
import { refused } from '../../problem.ts'

type Operations =
  'listMatchingModels' | 'getMatchingModel' | 'trainMatchingModel' | 'planMatchingModel' | 'applyMatchingModel'

/** Weights of matching: estimated, planned, applied. Each act is audited with the act itself. */
export function createMatchingModelHandlers({ actions }: ConsoleParts): Pick<Handlers, Operations> {
  return {
    listMatchingModels: () => actions.matchingModels(),
    async getMatchingModel({ path }) {
      const found = await actions.matchingModel(path.number)
      return found.ok ? found.model : refused(found)
    },
    async trainMatchingModel({ actor }) {
      const done = await actions.trainMatching(actor.name)
      return done.ok ? done.model : refused(done)
    },
    async planMatchingModel({ path, body }) {
      const done = await actions.planMatching(path.number, body.records ?? 1_000)
      return done.ok ? done.plan : refused(done)
    },
    async applyMatchingModel({ path, actor }) {
      const done = await actions.applyMatching(path.number, actor.name)
      return done.ok ? done.applied : refused(done)
    },
  }
}
