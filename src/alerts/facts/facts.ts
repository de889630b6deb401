import type { AttemptFact } from './attempts.ts'
import type { BrakeFact, DeliveryFact, FlipFact, OverdueFact } from './deliveries.ts'
import type { DeadEventFact, PublicationFact, RefusedFact, StageFact, UnreadFact } from './events.ts'
import type { ExpiryFact } from './expiry.ts'
import type { HealthFact } from './health.ts'
import type { SourceFact } from './sources.ts'
import type { ChannelFact, HeldDeletesFact, SystemFact } from './systems.ts'

/**
 * What conditions judge by: one look at the hub. Lists are bounded, counts end at `COUNT_MAX`; times are epoch ms.
 * Only configured systems are in it.
 */
export interface Facts {
  nowMs: number
  systems: readonly SystemFact[]
  deliveries: readonly DeliveryFact[]
  overdue: readonly OverdueFact[]
  flips: readonly FlipFact[]
  brakes: readonly BrakeFact[]
  heldDeletes: readonly HeldDeletesFact[]
  attempts: readonly AttemptFact[]
  deadEvents: readonly DeadEventFact[]
  unread: readonly UnreadFact[]
  stages: readonly StageFact[]
  publications: readonly PublicationFact[]
  refused: readonly RefusedFact[]
  sources: readonly SourceFact[]
  health: readonly HealthFact[]
  expiries: readonly ExpiryFact[]
  channels: readonly ChannelFact[]
}
