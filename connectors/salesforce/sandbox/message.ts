import { asText } from '#connector/value-path.ts'
import type { Org } from './org.ts'

let sent = 0

/** An outbound message as Salesforce posts it: up to 100 notifications, empty fields left out, no word of what happened. */
export function outboundMessage(org: Org, object: string, ids: readonly string[], fields: readonly string[] = []) {
  const notifications = ids.map(id => {
    sent += 1
    const record = org.record(object, id) ?? {}
    const shown = [...new Set(['Id', ...fields])].flatMap(name => {
      const value = asText(record[name])
      return value === undefined ? [] : [`<sf:${name}>${escaped(value)}</sf:${name}>`]
    })
    const eventId = `04l5g${String(sent).padStart(10, '0')}AAA`
    return `<Notification><Id>${eventId}</Id><sObject xsi:type="sf:${object}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">${shown.join('')}</sObject></Notification>`
  })
  const envelope = `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>`
  const head = `<notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>${org.id}</OrganizationId><ActionId>04k5g0000004Qh1AAE</ActionId><SessionId xsi:nil="true"/><EnterpriseUrl>https://acme.my.salesforce.com/services/Soap/c/62.0/${org.id}</EnterpriseUrl><PartnerUrl>https://acme.my.salesforce.com/services/Soap/u/62.0/${org.id}</PartnerUrl>`
  const body = `${envelope}${head}${notifications.join('')}</notifications></soapenv:Body></soapenv:Envelope>`
  return { headers: { 'content-type': 'text/xml; charset=UTF-8', soapaction: '""' }, body }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
