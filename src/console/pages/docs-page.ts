import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import express from 'express'
import type { Router } from 'express'

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Patchbay REST API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/ui/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/ui/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

/** The page's own script: a file, since the content security policy forbids scripts inside the page. */
const START = `window.addEventListener('load', () => {
  window.ui = SwaggerUIBundle({
    url: '/docs/openapi.yaml',
    dom_id: '#docs',
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: 'list',
    filter: true,
    persistAuthorization: false,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
  })
})
`

/** The interactive description of the REST API, from files of the hub alone. */
export function docsPage(specFile: string): Router {
  const router = express.Router()
  const uiFolder = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')))
  router.get('/', (_request, response) => void response.type('html').send(PAGE))
  router.get('/start.js', (_request, response) => void response.type('text/javascript').send(START))
  router.get('/openapi.yaml', (_request, response) =>
    response.sendFile(specFile, { headers: { 'content-type': 'application/yaml' } }),
  )
  router.use('/ui', express.static(uiFolder, { index: false, dotfiles: 'ignore', maxAge: '1h' }))
  return router
}
