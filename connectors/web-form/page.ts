import { createHash, randomUUID } from 'node:crypto'
import type { Credentials, RawRequest, Reply } from '#connector/kit.ts'
import { issueToken } from './form-token.ts'
import { systemOf } from './origin.ts'
import { PAGE_STYLE } from './page-style.ts'
import type { FormField, FormSettings } from './settings.ts'

type Language = 'en' | 'zh'

const TEXTS = {
  en: {
    other: '中文',
    required: 'required',
    optional: 'optional',
    choose: 'Please choose',
    send: 'Send',
    thanks: 'Thank you!',
    received: 'We have received your message and will be in touch.',
    again: 'Send another message',
    back: 'Back to the form',
    trap: 'Leave this field empty',
    unready: 'This form is not ready yet: its secret formKey is not configured.',
  },
  zh: {
    other: 'English',
    required: '必填',
    optional: '选填',
    choose: '请选择',
    send: '提交',
    thanks: '谢谢！',
    received: '我们已收到您的信息，会尽快与您联系。',
    again: '再次提交',
    back: '返回表单',
    trap: '请勿填写此项',
    unready: '表单尚未就绪：未配置密钥 formKey。',
  },
} as const

const STYLE_HASH = createHash('sha256').update(PAGE_STYLE).digest('base64')

/** The ready-made page (GET /forms/<system>): no script, nothing from elsewhere, works without cookies. */
export function formPage(request: RawRequest, { settings, secrets }: Credentials<FormSettings>, nowMs: number): Reply {
  const language = languageOf(request)
  const system = systemOf(request)
  const key = secrets['formKey']?.[0]
  if (request.query.get('sent') === '1') return htmlReply(200, settings, language, thanks(system, language))
  if (key === undefined || key === '') {
    return htmlReply(503, settings, language, `<p role="alert">${TEXTS[language].unready}</p>`)
  }
  return htmlReply(200, settings, language, form(settings, language, system, issueToken(system, nowMs, key)))
}

/** A page that says why something was not taken, in both languages, the visitor's first, with a way back to the form. */
export function messagePage(
  settings: FormSettings,
  language: Language,
  message: Readonly<Record<Language, string>>,
  formUrl: string,
  status: number,
): Reply {
  const other = language === 'en' ? 'zh' : 'en'
  const main = `<div class="thanks" role="alert"><p>${escapeHtml(message[language])}</p></div>
<p><a href="${escapeHtml(formUrl)}">${TEXTS[language].back}</a></p>
<p class="intro" lang="${tagOf(other)}">${escapeHtml(message[other])}</p>`
  return htmlReply(status, settings, language, main, false)
}

/** `?lang=` or else the browser's first wish. */
function languageOf(request: RawRequest): Language {
  const wished = request.query.get('lang') ?? request.headers['accept-language'] ?? ''
  return wished.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

function htmlReply(
  status: number,
  settings: FormSettings,
  language: Language,
  main: string,
  isSwitchable = true,
): Reply {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    // Browsers hold redirects after the submission to form-action too.
    `form-action 'self'${settings.redirectUrl === undefined ? '' : ` ${new URL(settings.redirectUrl).origin}`}`,
    `frame-ancestors 'self' ${settings.allowedOrigins.join(' ')}`.trimEnd(),
    "base-uri 'none'",
  ].join('; ')
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  }
  return { status, headers, body: document(settings, language, main, isSwitchable) }
}

function tagOf(language: Language): string {
  return language === 'zh' ? 'zh-CN' : 'en'
}

function document(settings: FormSettings, language: Language, main: string, isSwitchable: boolean): string {
  const title = escapeHtml(settings.title[language])
  const other = language === 'en' ? 'zh' : 'en'
  const otherTag = tagOf(other)
  const nav = `<nav><a href="?lang=${other}" lang="${otherTag}" hreflang="${otherTag}">${TEXTS[language].other}</a></nav>\n`
  return `<!doctype html>
<html lang="${tagOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
${isSwitchable ? nav : ''}<h1>${title}</h1>
${main}
</main>
</body>
</html>
`
}

function thanks(system: string, language: Language): string {
  const text = TEXTS[language]
  return `<div class="thanks" role="status"><h2>${text.thanks}</h2><p>${text.received}</p></div>
<p><a class="again" href="${escapeHtml(system)}?lang=${language}">${text.again}</a></p>`
}

function form(settings: FormSettings, language: Language, system: string, token: string): string {
  const text = TEXTS[language]
  const intro = settings.intro === undefined ? '' : `<p class="intro">${escapeHtml(settings.intro[language])}</p>\n`
  const hidden = { form_token: token, submission_id: randomUUID(), language }
  return `${intro}<form method="post" action="../in/${escapeHtml(system)}" accept-charset="utf-8">
${Object.entries(hidden)
  .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
  .join('\n')}
${settings.fields.map(field => fieldHtml(field, language)).join('\n')}
<div class="trap" aria-hidden="true"><label>${text.trap} <input type="text" name="${settings.honeypot}" tabindex="-1" autocomplete="off"></label></div>
<button type="submit">${text.send}</button>
</form>`
}

function fieldHtml(field: FormField, language: Language): string {
  const text = TEXTS[language]
  const id = `field-${field.name}`
  const label = escapeHtml(field.label[language])
  const mark = field.required ? '' : ` <span class="optional">${text.optional}</span>`
  const common = [
    `id="${id}" name="${field.name}"`,
    field.required ? 'required' : '',
    field.autocomplete === undefined ? '' : `autocomplete="${escapeHtml(field.autocomplete)}"`,
    field.maxLength === undefined ? '' : `maxlength="${field.maxLength}"`,
  ]
    .filter(part => part !== '')
    .join(' ')
  if (field.type === 'checkbox' || field.type === 'consent') {
    return `<div class="tick"><input type="checkbox" ${common}><label for="${id}">${label}</label></div>`
  }
  return `<div class="field"><label for="${id}">${label}${mark}</label>${control(field, common, language)}</div>`
}

function control(field: FormField, common: string, language: Language): string {
  if (field.type === 'textarea') return `<textarea ${common} rows="5"></textarea>`
  if (field.type !== 'select') return `<input type="${field.type}" ${common}>`
  const options = field.options.map(
    option => `<option value="${escapeHtml(option.value)}">${escapeHtml(option.label[language])}</option>`,
  )
  return `<select ${common}><option value="">${TEXTS[language].choose}</option>${options.join('')}</select>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => ENTITIES[character] ?? character)
}
