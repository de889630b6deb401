import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import express from 'express'
import type { RequestHandler, Response, Router } from 'express'

/** The compressed forms of a file that the build writes beside it (`web/precompress.ts`), the smallest first. */
const FORMS = [
  { encoding: 'br', suffix: '.br' },
  { encoding: 'gzip', suffix: '.gz' },
] as const

/** What Vite writes where the nonce of an answer is to stand (`web/vite.config.ts`). */
const NONCE = 'PATCHBAY_NONCE'

const NOT_BUILT = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Patchbay</title>
<link rel="icon" href="data:,">
</head>
<body>
<p>The console is not built. Run <code>npm run build</code> beside the hub's package.json and load this page again; the hub need not be restarted.</p>
<p lang="zh">控制台尚未构建。请在中枢的 package.json 所在目录运行 <code>npm run build</code>，再刷新本页；无需重启中枢。</p>
<p><a href="/about">/about</a></p>
</body>
</html>
`

/**
 * The console that people use in the browser: the files that `npm run build` makes of `web/`. What has a hash in its name is kept
 * by browsers for good; the page itself, which names them, is asked for each time. Every path is the page: it finds its own way.
 */
export function webConsole(folder: string): Router {
  const router = express.Router()
  const assetsFolder = join(folder, 'assets')
  const assets = express.static(assetsFolder, {
    index: false,
    dotfiles: 'ignore',
    immutable: true,
    maxAge: '365d',
  })
  router.use(
    '/assets',
    preferCompressed(assetsFolder),
    assets,
    (_request, response) => void response.status(404).type('text').send('no such file'),
  )
  router.get('/{*path}', (_request, response) => sendPage(response, join(folder, 'index.html')))
  return router
}

/** Has the compressed form of a file served in its place to those who take it. */
function preferCompressed(folder: string): RequestHandler {
  return (request, response, next) => {
    response.vary('Accept-Encoding')
    const { path } = request
    const form = FORMS.find(
      ({ encoding, suffix }) =>
        request.acceptsEncodings(encoding) !== false &&
        /^\/[\w.-]+$/.test(path) &&
        existsSync(join(folder, path + suffix)),
    )
    if (form !== undefined) {
      request.url = path + form.suffix
      response.type(extname(path)).setHeader('content-encoding', form.encoding)
    }
    next()
  }
}

function sendPage(response: Response, file: string): void {
  const nonce = randomBytes(16).toString('base64')
  response.setHeader('content-security-policy', policyOf(nonce))
  response.setHeader('cache-control', 'no-cache')
  response.type('html')
  if (existsSync(file)) response.send(readFileSync(file, 'utf8').replaceAll(NONCE, nonce))
  else response.status(503).send(NOT_BUILT)
}

/** Nothing but the hub's own files and its API. Components and the editor add style sheets, each with the nonce of this answer. */
function policyOf(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    // Browsers themselves write such attributes into a text that is edited in place; they run nothing and load nothing.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
