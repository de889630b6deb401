/**
 * How often a comparison comes out so among records of one customer (m) and of two strangers (u), after Fellegi and Sunter
 * (1969). Where the agreeing value is known to be rarer or more common than the average, its own frequency takes u's place.
 */
export interface Level {
  m: number
  u: number
}

export type Comparison =
  | 'family'
  | 'given'
  | 'generation'
  | 'birth'
  | 'gender'
  | 'mail'
  | 'phone'
  | 'id'
  | 'postcode'
  | 'city'
  | 'house'
  | 'street'
  | 'trait'
  | 'domain'
  | 'company'
  | 'registered'

/** The weights that records are compared by. */
export interface Model {
  /** What decisions name it by. */
  name: string
  comparisons: Readonly<Record<Comparison, Readonly<Record<string, Level>>>>
}

/** What the hub starts with: rates of errors and of chance agreement as they are usual in customer data. */
export const BUILT_IN: Model = {
  name: 'built-in',
  comparisons: {
    family: {
      exact: { m: 0.75, u: 0.003 },
      similar: { m: 0.14, u: 0.004 },
      sound: { m: 0.04, u: 0.008 },
      initial: { m: 0.7, u: 0.08 },
      differs: { m: 0.06, u: 0.93 },
    },
    given: {
      exact: { m: 0.68, u: 0.008 },
      nickname: { m: 0.06, u: 0.008 },
      similar: { m: 0.14, u: 0.008 },
      sound: { m: 0.03, u: 0.012 },
      initial: { m: 0.7, u: 0.08 },
      differs: { m: 0.06, u: 0.91 },
    },
    birth: {
      exact: { m: 0.8, u: 0.00005 },
      slip: { m: 0.11, u: 0.001 },
      year: { m: 0.7, u: 0.014 },
      part: { m: 0.03, u: 0.012 },
      near: { m: 0.04, u: 0.05 },
      differs: { m: 0.03, u: 0.93 },
    },
    mail: {
      exact: { m: 0.6, u: 0.0001 },
      similar: { m: 0.12, u: 0.0003 },
      local: { m: 0.06, u: 0.0006 },
      domain: { m: 0.04, u: 0.004 },
      differs: { m: 0.18, u: 0.995 },
    },
    phone: { exact: { m: 0.65, u: 0.0002 }, slip: { m: 0.05, u: 0.0004 }, differs: { m: 0.3, u: 0.999 } },
    id: { exact: { m: 0.85, u: 0.00001 }, slip: { m: 0.12, u: 0.0002 }, differs: { m: 0.03, u: 0.9998 } },
    generation: { exact: { m: 0.98, u: 0.5 }, differs: { m: 0.002, u: 0.5 } },
    gender: { exact: { m: 0.97, u: 0.5 }, differs: { m: 0.03, u: 0.5 } },
    postcode: {
      exact: { m: 0.72, u: 0.002 },
      slip: { m: 0.1, u: 0.008 },
      area: { m: 0.06, u: 0.03 },
      differs: { m: 0.12, u: 0.96 },
    },
    city: { exact: { m: 0.78, u: 0.01 }, similar: { m: 0.1, u: 0.004 }, differs: { m: 0.12, u: 0.985 } },
    house: { exact: { m: 0.75, u: 0.012 }, differs: { m: 0.25, u: 0.988 } },
    street: {
      exact: { m: 0.55, u: 0.0008 },
      similar: { m: 0.25, u: 0.001 },
      part: { m: 0.08, u: 0.01 },
      differs: { m: 0.12, u: 0.988 },
    },
    trait: { exact: { m: 0.6, u: 0.02 }, part: { m: 0.1, u: 0.02 }, differs: { m: 0.3, u: 0.96 } },
    domain: { exact: { m: 0.75, u: 0.0008 }, differs: { m: 0.25, u: 0.999 } },
    company: {
      exact: { m: 0.5, u: 0.0002 },
      most: { m: 0.2, u: 0.0008 },
      half: { m: 0.14, u: 0.004 },
      some: { m: 0.08, u: 0.03 },
      differs: { m: 0.08, u: 0.965 },
    },
    registered: { exact: { m: 0.7, u: 0.00001 }, differs: { m: 0.3, u: 0.99999 } },
  },
}
