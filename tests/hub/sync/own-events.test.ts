import { expect, test } from 'vitest'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { type Scene, SITE_AND_CRM, startScene } from '../scene.ts'

const MAPPINGS = {
  'site/contact.in': '{"person": {"email": mail, "givenName": name, "jobTitle": job}}',
  'crm/contact.in': '{"person": {"email": mail, "givenName": name, "jobTitle": job}}',
  'crm/contact.out': '{"ext": $id, "mail": email, "name": givenName, "job": jobTitle}',
}

/** The first event of that origin cannot be stored, as when the database or the process goes away just then. */
async function failFirst(scene: Scene, origin: 'reply' | 'read'): Promise<void> {
  await scene.rows(`create sequence ${origin}_stores`)
  await scene.rows(`
    create function fail_first_${origin}() returns trigger language plpgsql as $$
    begin
      if new.origin = '${origin}' and nextval('${origin}_stores') = 1 then raise exception 'not now'; end if;
      return new;
    end $$`)
  await scene.rows(
    `create trigger fail_first_${origin} before insert on event for each row execute function fail_first_${origin}()`,
  )
}

test('what a call tells is stored with what it settles, or not yet', async () => {
  const [site, crm] = [createMemoryVendor('site'), createMemoryVendor('crm')]
  const scene = await startScene({
    yaml: SITE_AND_CRM,
    connectors: [site.connector, crm.connector],
    mappings: MAPPINGS,
  })
  const events = (origin: string) =>
    scene.rows<{ state: string }>(`select state from event where origin = '${origin}' order by id`)

  // The CRM renders names in capitals, and says so in its reply.
  await failFirst(scene, 'reply')
  crm.answer = (_object, { remoteId = 'c1', content }) => {
    const state = { ...content, name: typeof content['name'] === 'string' ? content['name'].toUpperCase() : null }
    crm.records.set(remoteId, state)
    return { kind: 'delivered', remoteId, state }
  }
  await scene.post('site', { id: 's1', data: { mail: 'ana@example.com', name: 'Ana' } })
  await scene.calm()
  expect(await events('reply')).toEqual([{ state: 'processed' }])
  await scene.post('crm', { id: 'c1', data: { mail: 'ana@example.com', name: 'ANA' } })
  await scene.calm()
  expect(await scene.rows(`select fields ->> 'givenName' as name from golden_record`)).toEqual([{ name: 'Ana' }])

  // Its people changed the record meanwhile: it is read before it is written again.
  await failFirst(scene, 'read')
  let conflicts = 0
  crm.answer = () => ((conflicts += 1) === 1 ? { kind: 'conflict' } : undefined)
  crm.records.set('c1', { mail: 'ana@example.com', name: 'ANA', job: 'Chief' })
  await scene.post('site', { id: 's1', data: { mail: 'ana@example.com', name: 'Anna' } })
  await scene.calm()
  expect(await events('read')).toEqual([{ state: 'processed' }])
  expect(await scene.rows(`select fields ->> 'jobTitle' as job from golden_record`)).toEqual([{ job: 'Chief' }])
}, 60_000)
