import { checkAll } from '../invariants/all.ts'
import type { MakeWorld } from '../contract.ts'
import { createActs } from './people/acts.ts'
import { createBrakeKeeper } from './people/brake-keeper.ts'
import { type Bursts, createBursts } from './people/bursts.ts'
import { configurationOf } from './configuration.ts'
import { createConnector } from './vendors/connector.ts'
import { createCustomers } from './people/customers.ts'
import { chooseDialects } from './vendors/dialect.ts'
import { createErasures } from './people/erasures.ts'
import { drawFeatures } from './features.ts'
import { createFirstLink } from './first-link.ts'
import { mappingsOf } from './mapping.ts'
import { createOtherIntegration } from './vendors/integration.ts'
import { createNetwork, type Network } from './vendors/network.ts'
import { createPeople } from './people/people.ts'
import { createStewards } from './people/stewards.ts'
import { createPublications } from './publications.ts'
import type { Snapshot } from './truth.ts'
import { createVendor, type Registry, type Vendor } from './vendors/vendor.ts'
import { createWebhooks, type Webhooks } from './vendors/webhooks.ts'

/** The vendors of one run, their people, and the judge. Everything follows from the seed behind `context.random`. */
export const makeWorld: MakeWorld = context => {
  const { random, clock, hub } = context
  const features = drawFeatures(context.stream)
  const snapshots = new Map<number, Snapshot>()
  const counts: Record<string, number> = {}
  const webhooks = new Map<Vendor, Webhooks>()
  const otherReasons: number[] = []
  let [rev, serial, post] = [0, 0, 0]
  const registry: Registry = {
    clock,
    snapshots,
    nextRev: () => (rev += 1),
    changed(vendor, change) {
      webhooks.get(vendor)?.changed(change)
      other?.changed(vendor, change)
    },
  }
  const dialects = chooseDialects(random, features)
  const later = features.firstLink ? context.stream('first link').pick(dialects) : undefined
  if (later !== undefined) later.linkedLater = true
  if (features.brake) for (const dialect of dialects) dialect.brakeRecords = 2 + context.stream('brakes').integer(3)
  const vendors = dialects.map(dialect => createVendor(dialect, registry))
  const networks = new Map<Vendor, Network>(vendors.map(vendor => [vendor, createNetwork(context)]))
  const customers = createCustomers()
  const other = random.chance(0.4) && features.otherIntegration ? createOtherIntegration(vendors, context) : undefined
  function count(what: string): void {
    counts[what] = (counts[what] ?? 0) + 1
  }
  const nextSerial = (): number => (serial += 1)
  const people = createPeople({ context, vendors, customers, nextSerial, count })
  // Nobody was told of what was there before the hub.
  for (const vendor of vendors) if (vendor.dialect.linkedLater) people.fill(vendor)
  for (const vendor of vendors)
    webhooks.set(
      vendor,
      createWebhooks(vendor, context, () => (post += 1)),
    )
  const stewards = createStewards({ context, features, vendors, customers, nextSerial, count })
  const publications = createPublications(dialects, features, context, count)
  const erasures = createErasures(vendors, context, count)
  const firstLink = later === undefined ? undefined : createFirstLink(later.system, context, count)
  const keeper = createBrakeKeeper(context, count)
  const bursts = features.brake ? burstsIn(vendors) : undefined
  const chanceOfMore = context.stream('more')
  const operators = createActs(vendors, context)
  const acts = [
    { weight: 4, act: () => people.newCustomer() },
    { weight: 8, act: people.edit },
    { weight: 4, act: people.editTwice },
    { weight: features.deletes ? 1 : 0, act: people.deleteOrRestore },
    { weight: features.merges ? 1 : 0, act: another(people.merge) },
    {
      weight: features.operators ? 1 : 0,
      act: another(() => random.pick([operators.replay, operators.pause, operators.retry])()),
    },
    {
      weight: 1,
      act: () => {
        const vendor = random.pick(vendors)
        networks.get(vendor)?.downForMs(random.integer(600_000))
        context.tell(`${vendor.dialect.system} is down`)
      },
    },
  ].flatMap(({ weight, act }) => Array.from({ length: weight }, () => act))

  /** An act that makes the hub write for another reason than a vendor's news. */
  function another(act: () => void): () => void {
    return () => {
      otherReasons.push(clock.nowMs())
      act()
    }
  }

  /** In one that the hub knows from its beginning. */
  function burstsIn(all: readonly Vendor[]): Bursts {
    const known = all.filter(({ dialect }) => !dialect.linkedLater)
    const vendor = context.stream('bursts').pick(known)
    const others = known.filter(one => one !== vendor)
    return createBursts(vendor, { context, others, fill: people.fill, nextSerial, count })
  }

  return {
    connectors: vendors.map(vendor =>
      createConnector({
        vendor,
        network: networks.get(vendor) ?? createNetwork(context),
        clock,
        customerOf: customers.named,
        tell: context.tell,
      }),
    ),
    yaml: configurationOf(dialects),
    mappings: Object.assign({}, ...dialects.map(mappingsOf)),
    step() {
      if (customers.of('person').length < 3) people.newCustomer()
      else random.pick(acts)()
      firstLink?.act()
      bursts?.act()
      if (features.brake) keeper.act()
      if (chanceOfMore.chance(0.5) && features.stewards) another(stewards.act)()
      if (chanceOfMore.chance(0.15) && features.publications) another(publications.act)()
      if (chanceOfMore.chance(0.1) && features.erasure) another(erasures.act)()
    },
    calm() {
      for (const network of networks.values()) network.calm()
      for (const webhook of webhooks.values()) webhook.calm()
      operators.calm()
      firstLink?.calm()
      if (features.brake) keeper.calm()
      if (context.concurrent) people.rush()
    },
    async check() {
      const judged = await checkAll(hub, {
        features,
        vendors,
        snapshots,
        customers,
        stewardActs: stewards.done(),
        erasures: erasures.done(),
        bursts: bursts?.done() ?? [],
        brakeActs: keeper.done(),
        otherReasons,
        skewToleranceMs: publications.skewToleranceMs(),
        acknowledged: [...webhooks.values()].flatMap(webhook => webhook.acknowledged()),
      })
      Object.assign(counts, judged.counts, features.brake ? { 'brakes: tripped': await keeper.tripped() } : {})
      return judged.violations
    },
    counts: () => counts,
  }
}
