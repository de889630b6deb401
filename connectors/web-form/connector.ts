import { defineConnector } from '#connector/kit.ts'
import { formSettings, type FormSettings } from './settings.ts'
import { webhook } from './webhook.ts'

export default defineConnector<FormSettings>({
  manifest: {
    name: 'web-form',
    title: { en: 'Web form', zh: '网页表单' },
    category: 'generic',
    description: {
      en: 'Takes submissions of HTML forms and scripts, and serves a ready-made page in English and Chinese.',
      zh: '接收 HTML 表单与脚本提交，并提供现成的中英文表单页面。',
    },
    settings: formSettings,
    secrets: {
      formKey: {
        label: { en: 'Key that signs form tokens', zh: '表单令牌签名密钥' },
        description: {
          en: 'Any long random text; needed for the page and for forms on your sites',
          zh: '任意足够长的随机文本；页面与站点表单都需要',
        },
        required: false,
      },
      formToken: {
        label: { en: 'Token for servers', zh: '服务器令牌' },
        description: {
          en: 'For servers that forward submissions: Authorization: Bearer, X-Form-Token or ?token=',
          zh: '供转发提交的服务器使用：Authorization: Bearer、X-Form-Token 或 ?token=',
        },
        required: false,
      },
    },
    objects: ({ object }) => [object],
    limits: { concurrency: 1, timeoutMs: 10_000 },
    indexLagMs: 0,
    idempotency: 'atLeastOnce',
    removals: { deletes: 'a submission happened: it is not taken back', merges: 'none' },
    evidence: { checked: ['forms, scripts and beacons as browsers send them, in its own suite'] },
  },
  webhook,
})
