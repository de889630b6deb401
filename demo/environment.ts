import type { Vendors } from './vendors/vendor.ts'

/** What the company's own web server sends forms with. */
export const FORM_TOKEN = 'demo-form-token'

/** The variables that demo/patchbay.yaml refers to: where the vendors listen and how to sign in there. */
export function demoEnvironment(vendors: Vendors, smtpPort: number): Record<string, string> {
  return {
    FORM_KEY: 'demo-form-key',
    FORM_TOKEN,
    SMTP_PORT: String(smtpPort),
    ...Object.assign({}, ...Object.values(vendors).map(({ environment }) => environment)),
  }
}
