import { describe, expect, it } from 'vitest'
import { guardedLookup, refusedAddress } from '#connector/network/address-guard.ts'

describe('addresses', () => {
  it.each(['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808', '[2606:4700::1]'])(
    '%s is public',
    address => {
      expect(refusedAddress(address, false)).toBeUndefined()
    },
  )

  it.each([
    '127.0.0.1',
    '127.8.9.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '::1',
    'fd12::1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '64:ff9b::7f00:1',
    '::127.0.0.1',
  ])('%s is private: allowed only by setting', address => {
    expect(refusedAddress(address, false)).toContain('private')
    expect(refusedAddress(address, true)).toBeUndefined()
  })

  it.each([
    '169.254.169.254',
    '169.254.0.1',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    'fe80::1',
    'fe80::1%eth0',
    'fd00:ec2::254',
    '100.100.100.200',
    '168.63.129.16',
    '0.0.0.0',
    '0.1.2.3',
    '::',
    '224.0.0.1',
    'ff02::1',
    '240.0.0.1',
    '255.255.255.255',
    '2002:7f00:1::',
    '2001::1',
    'fec0::1',
    'nonsense',
    '',
  ])('%s is always refused', address => expect(refusedAddress(address, true)).toBeTypeOf('string'))
})

describe('look-up', () => {
  const lookup = (allowPrivate: boolean, all: boolean) =>
    new Promise<unknown>(resolve => {
      guardedLookup(allowPrivate)('localhost', { all }, (problem, address) => resolve(problem ?? address))
    })

  it('answers only addresses that may be called, in both shapes', async () => {
    expect(await lookup(false, true)).toMatchObject({ code: 'ADDRESS_REFUSED' })
    expect(await lookup(false, false)).toMatchObject({ code: 'ADDRESS_REFUSED' })
    expect(await lookup(true, false)).toMatch(/^127\.|^::1$/)
    expect(await lookup(true, true)).toEqual(
      expect.arrayContaining([expect.objectContaining({ family: expect.any(Number) as number })]),
    )
  })
})
