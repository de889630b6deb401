import type { Entity } from '#model/entities.ts'
import type { Features } from './features.ts'
import { isYearOnly } from './normal/birth-date.ts'
import { fullNames } from './normal/nicknames.ts'
import { phoneTail } from './normal/phone-number.ts'
import { phonetic } from './normal/phonetic.ts'

const KEYS_MAX = 40

/**
 * The keys under which a record is found by records that may be the same customer. Two records of one customer with a few
 * errors share at least one of them nearly always; two strangers seldom share any.
 */
export function blockingKeys(entity: Entity, features: Features): string[] {
  const keys = new Set<string>()
  for (const [scheme, ids] of Object.entries(features.ids ?? {})) for (const id of ids) keys.add(`i ${scheme} ${id}`)
  for (const mail of features.mails ?? []) addMail(keys, mail)
  for (const phone of features.phones ?? []) keys.add(`p ${phoneTail(phone)}`)
  for (const domain of features.domains ?? []) keys.add(`w ${domain}`)
  if (entity === 'person') addPerson(keys, features)
  else addCompany(keys, features)
  for (const { house, street, postcode } of features.addresses ?? []) {
    const [first = ''] = street
    if (house !== undefined && postcode !== undefined) keys.add(`a ${postcode} ${house}`)
    if (house !== undefined && first !== '') keys.add(`s ${house} ${phonetic(first)}`)
    else if (street.length > 1) keys.add(`s ${street.slice(0, 2).join(' ')}`)
    if (postcode !== undefined && first !== '') keys.add(`z ${postcode} ${phonetic(first)}`)
  }
  return [...keys].slice(0, KEYS_MAX).map(key => `${entity} ${key}`)
}

function addMail(keys: Set<string>, mail: string): void {
  keys.add(`e ${mail}`)
  const [local = '', domain = ''] = mail.split('@')
  if (local.length >= 5) keys.add(`l ${local}`)
  else keys.add(`l ${local} ${domain.slice(0, 4)}`)
}

function addPerson(keys: Set<string>, features: Features): void {
  const names = (features.names ?? []).map(({ given, family }) => ({
    given: fullNames(given[0] ?? '').map(phonetic),
    family: phonetic(family[0] ?? ''),
    all: [...given, ...family],
  }))
  for (const birth of features.births ?? []) {
    if (!isYearOnly(birth)) keys.add(`d ${birth}`)
    for (const { all } of names) {
      for (const word of all) {
        keys.add(`dy ${birth.slice(0, 4)} ${phonetic(word)}`)
        if (!isYearOnly(birth)) keys.add(`dm ${birth.slice(4)} ${phonetic(word).slice(0, 3)}`)
      }
    }
  }
  const addresses = features.addresses ?? []
  for (const { given, family, all } of names) {
    for (const name of given) if (name !== '' && family !== '') keys.add(`n ${[name, family].sort().join(' ')}`)
    for (const { postcode, city } of addresses) {
      for (const word of all) {
        if (postcode !== undefined) keys.add(`np ${postcode} ${phonetic(word).slice(0, 3)}`)
        if (city !== undefined) keys.add(`nc ${city.slice(0, 5)} ${phonetic(word)}`)
      }
    }
    for (const [prefix, trait] of [
      ['nb', 'birthPlace'],
      ['ne', 'employer'],
    ] as const) {
      const word = features.traits?.[trait]?.[0]?.slice(0, 5)
      if (word !== undefined) for (const part of all) keys.add(`${prefix} ${word} ${phonetic(part)}`)
    }
  }
}

function addCompany(keys: Set<string>, features: Features): void {
  for (const company of features.companies ?? []) {
    keys.add(`c ${company.join('').slice(0, 12)}`)
    const sorted = [...company].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).slice(0, 4)
    for (const [at, word] of sorted.entries()) {
      for (const other of sorted.slice(at + 1)) keys.add(`cc ${[phonetic(word), phonetic(other)].sort().join(' ')}`)
      for (const { postcode, city } of features.addresses ?? []) {
        if (postcode !== undefined) keys.add(`cp ${postcode} ${phonetic(word)}`)
        if (city !== undefined) keys.add(`ct ${city.slice(0, 5)} ${phonetic(word)}`)
      }
    }
    if (sorted.length === 1) keys.add(`c1 ${phonetic(sorted[0] ?? '')}`)
  }
}
