import type { Credentials, RawRequest, Refused, Reply } from '#connector/kit.ts'
import { fieldsOf, isPlainForm, upTo } from './form-request.ts'
import { corsHeaders, originOf, systemOf } from './origin.ts'
import { messagePage } from './page.ts'
import type { FormSettings } from './settings.ts'

const TEXTS = {
  expired: {
    en: 'This form was open for too long and has expired. Please open it again and send it once more.',
    zh: '表单打开时间过长，已过期。请重新打开并再次提交。',
  },
  tooLarge: {
    en: 'What you sent is too large. Please shorten it or leave files out, and send it again.',
    zh: '提交的内容过大。请精简内容或去掉附件后再次提交。',
  },
  later: {
    en: 'We cannot take your message just now. Nothing was sent; please try again in a few minutes.',
    zh: '暂时无法接收您的信息，内容未提交成功，请几分钟后重试。',
  },
  refused: {
    en: 'Your message could not be sent. Please open the form again and send it once more.',
    zh: '提交未成功。请重新打开表单后再次提交。',
  },
} as const

/** Scripts of allowed sites may read why they were refused; people see a page that says what to do, with a way back. */
export function refusal(
  request: RawRequest,
  { settings }: Credentials<FormSettings>,
  refused: Refused,
): Pick<Reply, 'headers' | 'body'> {
  const cors = corsHeaders(request, settings.allowedOrigins)
  if (!isPlainForm(request)) return { headers: cors }
  const language = languageOf(request)
  const form = callingPage(request, settings) ?? `${upTo(request)}forms/${systemOf(request)}?lang=${language}`
  const { headers, body } = messagePage(settings, language, TEXTS[textFor(refused)], form, refused.status)
  return { headers: { ...headers, ...cors }, ...(body === undefined ? {} : { body }) }
}

function textFor({ code, status }: Refused): keyof typeof TEXTS {
  if (code === 'timestamp_stale') return 'expired'
  if (status === 413) return 'tooLarge'
  return status >= 500 ? 'later' : 'refused'
}

/** The page of an allowed site that sent the form; the hub's own page has a form of its own, with a fresh token. */
function callingPage(request: RawRequest, { allowedOrigins }: FormSettings): string | undefined {
  if (originOf(request, allowedOrigins) !== 'allowed') return undefined
  const page = URL.parse(request.headers['referer'] ?? '')
  return page !== null && allowedOrigins.includes(page.origin) ? page.href : request.headers['origin']
}

/** What the page was shown in, or else the browser's first wish. */
function languageOf(request: RawRequest): 'en' | 'zh' {
  const { language } = fieldsOf(request)
  const wished = typeof language === 'string' ? language : (request.headers['accept-language'] ?? '')
  return wished.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}
