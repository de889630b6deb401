import type { RequestHandler } from 'express'
import type { HubConfig } from '#config/config.ts'
import { escapeHtml, plainPage } from './plain-page.ts'

/** The page at `/about`: what this is, and where everything is. It tells nothing that needs a token. */
export function landingPage(config: HubConfig): RequestHandler {
  const forms = Object.values(config.systems).filter(system => system.connector === 'web-form')
  const page = render(forms.map(system => ({ name: system.name, title: system.title ?? system.name })))
  return (_request, response) => void response.type('html').send(page)
}

interface Form {
  name: string
  title: string
}

const PLACES = [
  { href: '/console/', en: 'Console: overview, mappings, studio', zh: '控制台：概览、映射、映射工作台' },
  { href: '/docs', en: 'REST API, interactive', zh: 'REST 接口文档（可直接试用）' },
  { href: '/healthz', en: 'Is the process alive', zh: '进程是否存活' },
  { href: '/readyz', en: 'Can it do its work', zh: '是否可以工作' },
  { href: '/metrics', en: 'Figures for Prometheus', zh: 'Prometheus 指标' },
] as const

function render(forms: readonly Form[]): string {
  const places = PLACES.map(({ href, en, zh }) => row(href, en, zh))
  const pages = forms.map(form =>
    row(`/forms/${encodeURIComponent(form.name)}`, `Try the form: ${form.title}`, `试用表单：${form.title}`),
  )
  const body = `<h1>Patchbay</h1>
<p>Webhooks in, one golden record per customer, every system up to date.</p>
<p lang="zh">接收各系统的 Webhook，为每位客户维护一份准确的主记录，并同步到所有系统。</p>
<table>
${[...pages, ...places].join('\n')}
${row('', 'Where webhooks go', 'Webhook 接收地址', '/in/&lt;system&gt;')}
</table>
<p>On the command line: <code>npm run patchbay -- --help</code></p>
<p lang="zh">命令行：<code>npm run patchbay -- --help</code></p>`
  return plainPage({ language: 'en', style: STYLE, marginVh: 10, body })
}

const STYLE = `h1 { margin: 0 0 .25rem; font-size: 2rem }
p { margin: .25rem 0 }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0 }
td { padding: .5rem .75rem .5rem 0; border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); vertical-align: top }
td:first-child { white-space: nowrap }
code { font-size: .95em }`

function row(href: string, en: string, zh: string, code?: string): string {
  const where = code === undefined ? `<a href="${href}"><code>${href}</code></a>` : `<code>${code}</code>`
  return `<tr><td>${where}</td><td>${escapeHtml(en)}<br><span lang="zh">${escapeHtml(zh)}</span></td></tr>`
}
