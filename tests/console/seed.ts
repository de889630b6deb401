import type { Db } from '#store/database.ts'

export const ANA = '0190a000-0000-7000-8000-000000000001'
export const ACME = '0190a000-0000-7000-8000-000000000002'
export const TICKET = '0190a000-0000-7000-8000-000000000003'
export const CALL = '0190a000-0000-7000-8000-000000000004'
export const ids = {
  request: '0190a000-0000-7000-8000-00000000a001',
  sharedRequest: '0190a000-0000-7000-8000-00000000a002',
  event: '0190a000-0000-7000-8000-00000000e001',
  sharedEvent: '0190a000-0000-7000-8000-00000000e002',
  otherEvent: '0190a000-0000-7000-8000-00000000e003',
  deadEvent: '0190a000-0000-7000-8000-00000000e004',
  attempt: '0190a000-0000-7000-8000-00000000f001',
  oldAttempt: '0190a000-0000-7000-8000-00000000f002',
  otherAttempt: '0190a000-0000-7000-8000-00000000f003',
}

export const PAYLOAD = {
  id: 'c-1',
  email: 'ana.lopez@example.com',
  first_name: 'Ana',
  phone: '+34 600 123 456',
  message: 'Call me about my divorce',
  plan: 'gold',
}

const trace = 'a'.repeat(32)
/** The time in the ids above. */
export const at = new Date(0x0190a0000000)
const json = JSON.stringify

/** One person with an account, a ticket and a call, as the stages would have left them, and a stranger beside them. */
export async function seedPerson(db: Db): Promise<void> {
  await db
    .insertInto('system')
    .values([
      { name: 'crm', connector: 'rest' },
      { name: 'erp', connector: 'rest' },
    ])
    .execute()
  const request = {
    system: 'crm',
    method: 'POST',
    path: '',
    headers: json({ 'x-from': 'ana.lopez@example.com' }),
    content_type: 'application/json',
    status: 202,
    trace_id: trace,
    received_at: at,
  }
  await db
    .insertInto('request')
    .values([
      { ...request, id: ids.request, body: Buffer.from(json(PAYLOAD)) },
      {
        ...request,
        id: ids.sharedRequest,
        body: Buffer.from(json([PAYLOAD, { id: 'c-9', email: 'other@example.org' }])),
      },
    ])
    .execute()
  const event = {
    system: 'crm',
    object: 'contact',
    type: 'contact.changed',
    kind: 'snapshot',
    origin: 'webhook',
    received_at: at,
    whole: true,
    shard: 0,
    state: 'processed',
    trace_id: trace,
  } as const
  await db
    .insertInto('event')
    .values([
      { ...event, id: ids.event, request_id: ids.request, remote_id: 'c-1' },
      {
        ...event,
        id: ids.sharedEvent,
        request_id: ids.sharedRequest,
        remote_id: 'c-1',
        payload: Buffer.from(json(PAYLOAD)),
      },
      {
        ...event,
        id: ids.otherEvent,
        request_id: ids.sharedRequest,
        remote_id: 'c-9',
        item: 1,
        payload: Buffer.from('{"email":"other@example.org"}'),
      },
      {
        ...event,
        id: ids.deadEvent,
        remote_id: 'c-7',
        state: 'dead',
        reason: 'mapping_failed',
        detail: json({ message: 'cannot read ana.lopez@example.com' }),
        payload: Buffer.from('{}'),
      },
    ])
    .execute()
  const field = (v: unknown) => ({ v, t: at.getTime(), e: ids.event })
  const source = { system: 'crm', modified_at: at }
  await db
    .insertInto('source_record')
    .values([
      {
        ...source,
        object: 'contact',
        remote_id: 'c-1',
        entity: 'person',
        fields: json({ email: field('ana.lopez@example.com'), givenName: field('Ana') }),
        vendor_form: json(PAYLOAD),
      },
      {
        ...source,
        object: 'ticket',
        remote_id: 't-1',
        entity: 'ticket',
        fields: json({ subject: field('Divorce') }),
        vendor_form: json({ subject: 'Divorce', email: 'ana.lopez@example.com' }),
      },
      {
        ...source,
        object: 'call',
        remote_id: 'i-1',
        entity: 'interaction',
        fields: json({ text: field('Ana called') }),
        vendor_form: json({ text: 'Ana called' }),
      },
    ])
    .execute()
  const golden = { provenance: json({}) }
  await db
    .insertInto('golden_record')
    .values([
      {
        ...golden,
        id: ANA,
        entity: 'person',
        fields: json({
          email: 'ana.lopez@example.com',
          givenName: 'Ana',
          familyName: 'López',
          phone: '+34600123456',
          lifecycleStage: 'customer',
        }),
      },
      { ...golden, id: ACME, entity: 'account', fields: json({ name: 'Acme' }) },
      {
        ...golden,
        id: TICKET,
        entity: 'ticket',
        fields: json({ subject: 'Divorce', description: 'It is about my divorce', status: 'open' }),
      },
      { ...golden, id: CALL, entity: 'interaction', fields: json({ kind: 'call' }) },
    ])
    .execute()
  await db
    .insertInto('remote_record')
    .values([
      { system: 'crm', object: 'contact', remote_id: 'c-1', golden_id: ANA, sent: json(PAYLOAD) },
      {
        system: 'erp',
        object: 'partner',
        remote_id: 'p-1',
        golden_id: ANA,
        sent: json({ mail: 'ana.lopez@example.com' }),
      },
      { system: 'crm', object: 'ticket', remote_id: 't-1', golden_id: TICKET, sent: json({ subject: 'Divorce' }) },
      { system: 'crm', object: 'call', remote_id: 'i-1', golden_id: CALL },
      { system: 'crm', object: 'contact', remote_id: 'c-9', golden_id: null },
    ])
    .execute()
  await db
    .insertInto('identity_key')
    .values([
      { entity: 'person', kind: 'email', value: 'ana.lopez@example.com', golden_id: ANA },
      { entity: 'person', kind: 'mobile', value: '+34600123456', golden_id: ANA },
    ])
    .execute()
  await db
    .insertInto('golden_link')
    .values([
      { from_id: ANA, field: 'account', target: 'crm/company/a-1', to_id: ACME },
      { from_id: TICKET, field: 'person', target: 'key/email/ana.lopez@example.com', to_id: ANA },
      { from_id: CALL, field: 'person', target: 'crm/contact/c-1', to_id: ANA },
    ])
    .execute()
  const delivery = {
    object: 'partner',
    route: 'person-to-erp-partner',
    entity: 'person',
    shard: 0,
    wanted_version: 1,
    trace_id: trace,
  } as const
  await db
    .insertInto('delivery')
    .values([
      {
        ...delivery,
        system: 'erp',
        golden_id: ANA,
        state: 'dead',
        reason: 'rejected',
        detail: json({ message: 'phone is wrong' }),
        remote_id: 'p-1',
        attempt_ids: [ids.attempt],
        failures: 3,
      },
      {
        ...delivery,
        system: 'erp',
        object: 'ticket',
        entity: 'ticket',
        golden_id: TICKET,
        state: 'waiting',
        reason: 'parent',
      },
      {
        ...delivery,
        system: 'erp',
        object: 'account',
        entity: 'account',
        golden_id: ACME,
        state: 'held',
        reason: 'brake',
      },
    ])
    .execute()
  await db
    .insertInto('delivery_wait')
    .values({ system: 'erp', object: 'ticket', golden_id: TICKET, parent_id: ANA })
    .execute()
  const attempt = {
    system: 'erp',
    object: 'partner',
    operation: 'upsert',
    outcome: 'rejected',
    status: 422,
    deliveries: 1,
    started_at: at,
    duration_ms: 12,
    trace_id: trace,
  }
  await db
    .insertInto('attempt')
    .values([
      {
        ...attempt,
        id: ids.attempt,
        exchanges: json([{ method: 'POST', url: 'http://erp/partner', request: '{"phone":"+34600123456"}' }]),
      },
      { ...attempt, id: ids.oldAttempt, exchanges: json([{ request: '{"mail":"Ana.Lopez@example.com"}' }]) },
      { ...attempt, id: ids.otherAttempt, exchanges: json([{ request: '{"mail":"other@example.org"}' }]) },
    ])
    .execute()
}
