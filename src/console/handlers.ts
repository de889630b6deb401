import { createAlertHandlers } from './api/alerts.ts'
import { createAttemptHandlers } from './api/flow/attempts.ts'
import { createBrakeHandlers } from './api/flow/brakes.ts'
import { createConfigHandlers } from './api/config.ts'
import { createCustomerActHandlers } from './api/customers/customer-acts.ts'
import { createCustomerReasonHandlers } from './api/customers/customer-reasons.ts'
import { createDeadLetterHandlers } from './api/flow/dead-letters.ts'
import { createDeliveryHandlers } from './api/flow/deliveries.ts'
import { createEventHandlers } from './api/flow/events.ts'
import { createGoldenHandlers } from './api/customers/golden-records.ts'
import { createHeldDeleteHandlers } from './api/flow/held-deletes.ts'
import { createImportHandlers } from './api/imports.ts'
import { createLinkHandlers } from './api/links.ts'
import { createMappingHandlers } from './api/mappings/mappings.ts'
import { createMappingPlanHandlers } from './api/mappings/plans.ts'
import { createMappingPublicationHandlers } from './api/mappings/publications.ts'
import { createMappingRevisionHandlers } from './api/mappings/revisions.ts'
import { createMappingTextHandlers } from './api/mappings/texts.ts'
import { createMappingTrialHandlers } from './api/mappings/trial.ts'
import { createMatchingModelHandlers } from './api/customers/matching-models.ts'
import { createPersonHandlers } from './api/customers/person.ts'
import { createPolicyHandlers } from './api/customers/policy.ts'
import { createQualityHandlers } from './api/customers/quality.ts'
import { createReplayHandlers } from './api/flow/replay.ts'
import { createRequestHandlers } from './api/flow/requests.ts'
import { createReviewHandlers } from './api/customers/reviews.ts'
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
