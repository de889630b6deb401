import type { Subject } from './subject.ts'

interface Line {
  readonly product: { readonly sku: string; readonly name: string; readonly category: string }
  readonly quantity: number
  readonly price: { readonly amount: number; readonly taxed?: boolean }
  readonly status: string
}

interface Order {
  readonly id: number
  readonly placed: number
  readonly customer: { readonly name: string; readonly email: string; readonly company?: string }
  readonly address: { readonly street: string; readonly city: string; readonly country: string }
  readonly lines: readonly Line[]
}

const line = (n: number): Line => ({
  product: { sku: `sku-${n % 17}`, name: `Product ${n}`, category: `c${n % 5}` },
  quantity: n % 7,
  price: { amount: 10 + (n % 13) / 4, ...(n % 3 === 0 ? { taxed: true } : {}) },
  status: n % 4 === 0 ? 'open' : 'shipped',
})

const order = (n: number): Order => ({
  id: 50_000 + n,
  placed: 1_767_322_245_123 + n,
  customer: { name: 'Ann Berg', email: `Ann${n}@Example.com`, ...(n % 2 === 0 ? { company: 'Initech' } : {}) },
  address: { street: 'Main St 1', city: n % 4 === 3 ? 'Berlin' : '上海', country: 'CN' },
  lines: Array.from({ length: 50 }, (_, index) => line(index + n)),
})

/** What a careful person would write for mapping (c). */
function mapOrder(input: Order): unknown {
  const { customer, address } = input
  const kept = input.lines.filter(one => one.quantity > 0)
  const skus = new Set<string>()
  let open = 0
  for (const one of input.lines) {
    skus.add(one.product.sku)
    if (one.status === 'open') open++
  }
  let total = 0
  for (const one of kept) total += one.quantity * one.price.amount
  return {
    id: String(input.id),
    placedAt: new Date(input.placed).toISOString(),
    customer: {
      name: customer.name,
      email: customer.email.toLowerCase(),
      ...(customer.company === undefined ? {} : { company: customer.company }),
      address: { street: address.street, city: address.city, country: address.country },
    },
    lines: kept.map(one => ({
      sku: one.product.sku.toUpperCase(),
      name: one.product.name,
      quantity: one.quantity,
      total: one.quantity * one.price.amount,
      tax: one.price.taxed === true ? 'taxed' : 'free',
      product: { category: one.product.category },
    })),
    openLines: open,
    total,
    skus: [...skus],
  }
}

/** Mapping (c): an order of 50 lines, with nested objects, a filter and aggregations. */
export const orderMapping: Subject = {
  name: 'c: order, 50 lines',
  source: `{
  "id": $string(id),
  "placedAt": $fromMillis(placed),
  "customer": {
    "name": customer.name,
    "email": $lowercase(customer.email),
    "company": customer.company,
    "address": { "street": address.street, "city": address.city, "country": address.country }
  },
  "lines": lines[quantity > 0].{
    "sku": $uppercase(product.sku),
    "name": product.name,
    "quantity": quantity,
    "total": quantity * price.amount,
    "tax": price.taxed = true ? "taxed" : "free",
    "product": { "category": product.category }
  },
  "openLines": $count(lines[status = "open"]),
  "total": $sum(lines[quantity > 0].(quantity * price.amount)),
  "skus": $distinct(lines.product.sku)
}`,
  inputs: Array.from({ length: 32 }, (_, n) => order(n)),
  byHand: mapOrder,
}
