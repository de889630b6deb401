import { createActions } from '#app/actions.ts'
import type { HubParts } from '#app.ts'
import { type ConsoleOptions, createConsole } from '#console/console.ts'
import { createMappingCatalogue } from '#console/mappings/files.ts'

/** The console on the hub's own parts, as the command line opens it. A reply that the API's document does not allow throws. */
export function openConsole(parts: HubParts, options: Pick<ConsoleOptions, 'webFolder'> = {}) {
  return createConsole({
    ...parts,
    ...options,
    configFile: 'patchbay.yaml',
    uuid: () => parts.ids.uuid(),
    actions: createActions(parts),
    mappings: createMappingCatalogue(parts.mappings, []),
    checkFile: () => ({ ok: true, problems: [], warnings: [] }),
    onResponseMismatch: error => {
      throw error
    },
  })
}
