import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompress } from './precompress.ts'

/** Libraries that change seldom and that every page needs: browsers keep them over an upgrade of ours. */
const SHARED = /node_modules\/(react|react-dom|react-router|scheduler|@tanstack|i18next|react-i18next|openapi-[\w-]+)\//

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react(), precompress()],
  // The hub puts a fresh nonce here in each answer: src/console/pages/web-console.ts.
  html: { cspNonce: 'PATCHBAY_NONCE' },
  build: {
    target: 'es2023',
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'editor', test: /node_modules\/(@codemirror|@lezer|style-mod|crelt|w3c-keyname|@marijn)\// },
            { name: 'react', test: SHARED },
          ],
        },
      },
    },
  },
  // `npx vite web`, for people who work on the console, beside a hub that runs.
  server: { proxy: { '/api': 'http://127.0.0.1:4600' } },
})
