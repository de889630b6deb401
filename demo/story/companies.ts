import type { DemoCompany } from '../people.ts'
import type { Stage, Step } from './stage.ts'

/** A company is entered by sales or by finance in the first seconds. */
export function companySteps(company: DemoCompany, { vendors, random }: Stage): Step[] {
  const { name, taxId, website, city, country, industry } = company
  const atSales: Step = {
    atMs: random.integer(4000),
    act: () =>
      void vendors.salesforce.edit('Account', undefined, {
        Name: name,
        Website: website,
        Industry: industry,
        BillingCity: city,
        BillingCountry: country,
      }),
  }
  const atFinance: Step = {
    atMs: random.integer(4000),
    act: () => void vendors.odoo.edit('company', undefined, { name, vat: taxId, website, city, country_id: country }),
  }
  return [random.chance(0.6) ? atSales : atFinance]
}
