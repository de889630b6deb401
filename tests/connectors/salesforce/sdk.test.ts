import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signedJwt } from '#connector/oauth.ts'
import { secretOf } from '#connector/sandbox.ts'
import { connectTo, type Connection } from '../../support/jsforce.ts'
import { startSandbox, type SalesforceSandbox } from '../../../connectors/salesforce/sandbox.ts'

/** Salesforce's own client library reads and writes the sandbox as it would an org: what it refuses would not be true. */
let sandbox: SalesforceSandbox
let connection: Connection
beforeAll(async () => {
  sandbox = await startSandbox()
  connection = connect()
  const [clientId, clientSecret] = [secretOf(sandbox, 'clientId'), secretOf(sandbox, 'clientSecret')]
  await connection.authorize({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret })
})
afterAll(() => sandbox.close())

const connect = () => connectTo(sandbox.url)

describe('jsforce as client of the sandbox', () => {
  it('signs in by client credentials and by JWT bearer', async () => {
    expect(connection.accessToken).toMatch(/^00D/)
    const claims = {
      iss: secretOf(sandbox, 'clientId'),
      sub: sandbox.username,
      aud: 'https://login.salesforce.com',
      exp: Math.floor(Date.now() / 1000) + 120,
    }
    const other = connect()
    const assertion = signedJwt(claims, secretOf(sandbox, 'privateKey'))
    await other.authorize({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion })
    expect(other.accessToken).not.toBe(connection.accessToken)
    const late = signedJwt({ ...claims, exp: claims.exp - 300 }, secretOf(sandbox, 'privateKey'))
    await expect(
      connect().authorize({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: late }),
    ).rejects.toThrow('authentication failure')
  })

  it('creates, reads, updates and deletes one record', async () => {
    const made = await connection.create('Contact', { LastName: 'Silva', Email: 'ana@example.com' })
    expect(made).toMatchObject({ success: true, errors: [] })
    const id = made.id ?? ''
    expect(id).toHaveLength(18)
    expect(await connection.retrieve('Contact', id)).toMatchObject({ LastName: 'Silva', IsDeleted: false })
    expect(await connection.update('Contact', { Id: id, Phone: '+49 30 1' })).toMatchObject({ success: true })
    expect(await connection.destroy('Contact', id)).toMatchObject({ success: true })
    await expect(connection.retrieve('Contact', id)).rejects.toMatchObject({ errorCode: 'NOT_FOUND' })
  })

  it('describes its objects', async () => {
    const { fields } = await connection.describe('Contact')
    expect(fields).toContainEqual({ name: 'Hub_Id__c', externalId: true, unique: true })
  })

  it('upserts many by external id in one call, and each row tells of itself', async () => {
    const before = sandbox.calls.length
    const rows = [
      { Hub_Id__c: 'u-1', LastName: 'One' },
      { Hub_Id__c: 'u-2', LastName: 'Two', Email: 'nonsense' },
    ]
    const results = await connection.upsert('Contact', rows, 'Hub_Id__c', { allOrNone: false })
    expect(results).toMatchObject([
      { success: true, created: true },
      { success: false, errors: [{ statusCode: 'INVALID_EMAIL_ADDRESS', fields: ['Email'] }] },
    ])
    expect(sandbox.calls.length - before).toBe(1)
    const again = await connection.upsert('Contact', rows.slice(0, 1), 'Hub_Id__c', { allOrNone: false })
    expect(again).toMatchObject([{ success: true, created: false }])
  })

  it('follows the pages of a query, and sees deleted records only when it asks for them', async () => {
    const many = Array.from({ length: 5 }, (_, i) => ({ Hub_Id__c: `q-${i}`, Name: `Paged ${i}` }))
    const made = await connection.upsert('Account', many, 'Hub_Id__c')
    await connection.destroy('Account', [made[4]?.id ?? ''])
    sandbox.rowsPerPage = 2
    const soql = "SELECT Id, Name, Owner.Name FROM Account WHERE Name != 'x' ORDER BY Name"
    const found = await connection.query(soql, { autoFetch: true })
    expect(found.records.map(record => record['Name'])).toEqual(['Paged 0', 'Paged 1', 'Paged 2', 'Paged 3'])
    const all = await connection.query(soql, { autoFetch: true, scanAll: true })
    expect(all.totalSize).toBe(5)
    sandbox.rowsPerPage = 2000
    await expect(connection.query('SELECT Nonsense FROM Account')).rejects.toMatchObject({ errorCode: 'INVALID_FIELD' })
  })

  it('writes linked records in one composite request, all or nothing', async () => {
    const contact = await connection.create('Contact', { LastName: 'Berg' })
    const request = (contactId: string, key: string) => ({
      allOrNone: true,
      compositeRequest: [
        {
          method: 'PATCH',
          url: `/services/data/v62.0/sobjects/Opportunity/Hub_Id__c/${key}`,
          referenceId: 'parent',
          body: { Name: key, StageName: 'Prospecting', CloseDate: '2026-12-31' },
        },
        {
          method: 'PATCH',
          url: `/services/data/v62.0/sobjects/OpportunityContactRole/Hub_Id__c/${key}-c`,
          referenceId: 'role',
          body: { OpportunityId: '@{parent.id}', ContactId: contactId },
        },
      ],
    })
    const done = await connection.requestPost('/services/data/v62.0/composite', request(contact.id ?? '', 'o1'))
    expect(done).toMatchObject({ compositeResponse: [{ httpStatusCode: 201 }, { httpStatusCode: 201 }] })
    const undone = await connection.requestPost('/services/data/v62.0/composite', request('0035g0000009999', 'o2'))
    expect(undone).toMatchObject({
      compositeResponse: [
        { httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
        { httpStatusCode: 400, body: [{ errorCode: 'INVALID_CROSS_REFERENCE_KEY' }] },
      ],
    })
    expect(sandbox.records('Opportunity').map(record => record['Name'])).toEqual(['o1'])
  })

  it('knows how many calls are left, and that a session ended', async () => {
    expect(await connection.limits()).toMatchObject({ DailyApiRequests: { Max: 15_000 } })
    expect(connection.limitInfo).toMatchObject({ apiUsage: { limit: 15_000 } })
    sandbox.expireSessions()
    await expect(connection.limits()).rejects.toMatchObject({ errorCode: 'INVALID_SESSION_ID' })
  })
})
