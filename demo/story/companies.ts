import type { DemoCompany } from '../people.ts'
import type { Stage, Step } from './stage.ts'

/** A company is entered by sales or by finance, some by both, in the first seconds. */
export function companySteps(company: DemoCompany, { sandboxes, random }: Stage): Step[] {
  const { name, taxId, website, city, country, industry } = company
  const inCrm: Step = {
    atMs: random.integer(4000),
    act: () => void sandboxes.crm.edit('company', undefined, { name, taxId, website, city, country, industry }),
  }
  const inErp: Step = {
    atMs: random.integer(4000),
    act: () =>
      void sandboxes.erp.edit('partner', undefined, {
        name,
        vat: taxId,
        website,
        city,
        country_code: country,
        is_company: true,
      }),
  }
  return random.chance(0.25) ? [inCrm, inErp] : random.chance(0.6) ? [inCrm] : [inErp]
}
