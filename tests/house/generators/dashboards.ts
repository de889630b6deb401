import type { GeneratedFile } from '../generate.ts'
import { BUSINESS } from './dashboards/business.ts'
import { CAPACITY } from './dashboards/capacity.ts'
import { type Dashboard, dashboardJson } from './dashboards/dashboard.ts'
import { IDENTITY } from './dashboards/identity.ts'
import { MAPPINGS } from './dashboards/mappings.ts'
import { ONE_SYSTEM } from './dashboards/one-system.ts'
import { OVERVIEW } from './dashboards/overview.ts'

export const DASHBOARDS: readonly Dashboard[] = [OVERVIEW, ONE_SYSTEM, MAPPINGS, IDENTITY, CAPACITY, BUSINESS]

/** dashboards/grafana/dashboards: one file for each. */
export function dashboardFiles(): GeneratedFile[] {
  return DASHBOARDS.map(dashboard => ({
    path: `dashboards/grafana/dashboards/${dashboard.uid.replace('patchbay-', '')}.json`,
    content: `${JSON.stringify(dashboardJson(dashboard), null, 2)}\n`,
  }))
}
