import express from 'express'
import type { Response, Router } from 'express'
import type { LinkedNotice } from '../actions/alerts.ts'
import { audit } from '../audit.ts'
import type { ConsoleParts } from '../handler.ts'
import { escapeHtml, plainPage } from './plain-page.ts'

const WORDS = {
  en: {
    title: 'Alerts',
    gone: 'This link has ended, or is not whole. See what is open: npm run patchbay -- alerts',
    button: 'Acknowledge: I look after it',
    done: 'Acknowledged. They are not escalated any further.',
    nothing: 'Nothing here is to be acknowledged any more.',
    since: 'since',
    customers: 'customers touched',
  },
  zh: {
    title: '告警',
    gone: '链接已失效或不完整。查看未结告警：npm run patchbay -- alerts',
    button: '确认：由我处理',
    done: '已确认，不再升级。',
    nothing: '没有需要确认的告警。',
    since: '开始于',
    customers: '位客户受影响',
  },
} as const

/**
 * The page behind the link in a notice. It needs no token, since the link is one: signed, for three days. Programs that look
 * at links, as mail scanners do, only ever read: to acknowledge takes a form that is sent off.
 */
export function acknowledgePage({ actions, db, uuid }: Pick<ConsoleParts, 'actions' | 'db' | 'uuid'>): Router {
  const router = express.Router()
  const show = (response: Response, status: number, html: string): void => {
    response.set({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    response.status(status).type('html').send(html)
  }
  router.get('/:token', async (request, response) => {
    const notice = await actions.readLink(request.params.token)
    show(response, notice === undefined ? 404 : 200, notice === undefined ? gonePage() : noticePage(notice))
  })
  router.post('/:token', async (request, response) => {
    const { token } = request.params
    const notice = await actions.readLink(token)
    if (notice === undefined) {
      show(response, 404, gonePage())
      return
    }
    const count = await actions.acknowledgeLink(token)
    const actor = `link to ${notice.team}`
    const target = notice.alerts.map(({ id }) => id).join(' ')
    if (count > 0) await audit(db, { id: uuid(), actor, action: 'alert.acknowledge', target, detail: { count } })
    const { done, nothing } = WORDS[notice.language]
    show(response, 200, page(notice.language, `<p>${count > 0 ? done : nothing}</p>`))
  })
  return router
}

function gonePage(): string {
  return page('en', `<p>${escapeHtml(WORDS.en.gone)}</p><p lang="zh">${escapeHtml(WORDS.zh.gone)}</p>`)
}

function noticePage({ language, team, alerts }: LinkedNotice): string {
  const words = WORDS[language]
  const items = alerts.map(
    ({ what, cure, command, since, customers, state }) => `<article>
<h2>${escapeHtml(what)}</h2>
<p>${words.since} ${escapeHtml(since)}${customers === null ? '' : `, ${customers} ${words.customers}`}, ${escapeHtml(state)}</p>
<p>${escapeHtml(cure)}</p>
<p><code>${escapeHtml(command)}</code></p>
</article>`,
  )
  const isOpen = alerts.some(({ state }) => state === 'firing')
  const form = isOpen ? `<form method="post"><button>${words.button}</button></form>` : `<p>${words.nothing}</p>`
  return page(language, `<h1>${words.title}: ${escapeHtml(team)}</h1>\n${items.join('\n')}\n${form}`)
}

const STYLE = `h2 { font-size: 1.1rem; margin: 1.5rem 0 .25rem }
p { margin: .25rem 0; overflow-wrap: anywhere }
button { font: inherit; padding: .5rem 1rem; margin: 1.5rem 0 }`

function page(language: 'en' | 'zh', body: string): string {
  return plainPage({ language, head: '<meta name="robots" content="noindex">\n', style: STYLE, marginVh: 8, body })
}
