import { createAlertHandlers } from './api/alerts.ts'
import { createAttemptHandlers } from './api/attempts.ts'
import { createBrakeHandlers } from './api/brakes.ts'
import { createConfigHandlers } from './api/config.ts'
import { createCustomerActHandlers } from './api/customer-acts.ts'
import { createCustomerReasonHandlers } from './api/customer-reasons.ts'
import { createDeadLetterHandlers } from './api/dead-letters.ts'
import { createDeliveryHandlers } from './api/deliveries.ts'
import { createEventHandlers } from './api/events.ts'
import { createGoldenHandlers } from './api/golden-records.ts'
import { createHeldDeleteHandlers } from './api/held-deletes.ts'
import { createImportHandlers } from './api/imports.ts'
import { createLinkHandlers } from './api/links.ts'
import { createMappingHandlers } from './api/mappings/mappings.ts'
import { createMappingPlanHandlers } from './api/mappings/plans.ts'
import { createMappingPublicationHandlers } from './api/mappings/publications.ts'
import { createMappingRevisionHandlers } from './api/mappings/revisions.ts'
import { createMappingTextHandlers } from './api/mappings/texts.ts'
import { createMappingTrialHandlers } from './api/mappings/trial.ts'
import { createMatchingModelHandlers } from './api/matching-models.ts'
import { createPersonHandlers } from './api/person.ts'
import { createPolicyHandlers } from './api/policy.ts'
import { createQualityHandlers } from './api/quality.ts'
import { createReplayHandlers } from './api/replay.ts'
import { createRequestHandlers } from './api/requests.ts'
import { createReviewHandlers } from './api/reviews.ts'
import { createStatsHandlers } from './api/stats.ts'
import { createSystemHandlers } from './api/systems.ts'
import { createTokenHandlers } from './api/tokens.ts'
import type { Call, ConsoleParts, Handlers, OperationId } from './handler.ts'
import type { Problem } from './problem.ts'

/** Any operation, as the router calls it once the validator has proven the call to fit its description. */
export type AnyHandler = (call: {
  path: unknown
  query: unknown
  body: unknown
  actor: Call<OperationId>['actor']
}) => Promise<object | Problem>

/** All operations of `openapi/patchbay.yaml`; a missing one is a type error. */
export function createHandlers(parts: ConsoleParts): Readonly<Record<OperationId, AnyHandler>> {
  const handlers: Handlers = {
    ...createAlertHandlers(parts),
    ...createAttemptHandlers(parts),
    ...createBrakeHandlers(parts),
    ...createConfigHandlers(parts),
    ...createCustomerActHandlers(parts),
    ...createCustomerReasonHandlers(parts),
    ...createDeadLetterHandlers(parts),
    ...createDeliveryHandlers(parts),
    ...createEventHandlers(parts),
    ...createGoldenHandlers(parts),
    ...createHeldDeleteHandlers(parts),
    ...createImportHandlers(parts),
    ...createLinkHandlers(parts),
    ...createMappingHandlers(parts),
    ...createMappingRevisionHandlers(parts),
    ...createMappingPublicationHandlers(parts),
    ...createMappingTextHandlers(parts),
    ...createMappingTrialHandlers(parts),
    ...createMappingPlanHandlers(parts),
    ...createMatchingModelHandlers(parts),
    ...createPersonHandlers(parts),
    ...createPolicyHandlers(parts),
    ...createQualityHandlers(parts),
    ...createReplayHandlers(parts),
    ...createRequestHandlers(parts),
    ...createReviewHandlers(parts),
    ...createStatsHandlers(parts),
    ...createSystemHandlers(parts),
    ...createTokenHandlers(parts),
  }
  // The types of path, query and body come from the same description that the validator has checked the call against.
  return handlers as Readonly<Record<OperationId, AnyHandler>>
}
