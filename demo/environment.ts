import { CRM_SECRETS } from './sandboxes/crm.ts'
import { ERP_SECRETS } from './sandboxes/erp.ts'
import { HELPDESK_SECRETS } from './sandboxes/helpdesk.ts'
import { MARKETING_SECRETS } from './sandboxes/marketing.ts'
import type { VendorName } from './sandboxes/sandbox.ts'

/** What the company's own web server sends forms with. */
export const FORM_TOKEN = 'demo-form-token'

/** The variables that demo/patchbay.yaml refers to: where the sandboxes listen and how to sign in there. */
export function demoEnvironment(urls: Readonly<Record<VendorName, string>>): Record<string, string> {
  return {
    DEMO_FORM_KEY: 'demo-form-key',
    DEMO_FORM_TOKEN: FORM_TOKEN,
    DEMO_CRM_URL: urls.crm,
    DEMO_CRM_CLIENT_ID: CRM_SECRETS.clientId,
    DEMO_CRM_CLIENT_SECRET: CRM_SECRETS.clientSecret,
    DEMO_CRM_WEBHOOK_SECRET: CRM_SECRETS.webhookSecret,
    DEMO_HELPDESK_URL: urls.helpdesk,
    DEMO_HELPDESK_USER: HELPDESK_SECRETS.username,
    DEMO_HELPDESK_KEY: HELPDESK_SECRETS.password,
    DEMO_HELPDESK_WEBHOOK_SECRET: HELPDESK_SECRETS.webhookSecret,
    DEMO_ERP_URL: urls.erp,
    DEMO_ERP_USER: ERP_SECRETS.username,
    DEMO_ERP_PASSWORD: ERP_SECRETS.password,
    DEMO_ERP_WEBHOOK_TOKEN: ERP_SECRETS.webhookToken,
    DEMO_MARKETING_URL: urls.marketing,
    DEMO_MARKETING_TOKEN: MARKETING_SECRETS.token,
    DEMO_MARKETING_WEBHOOK_SECRET: MARKETING_SECRETS.webhookSecret,
  }
}
