import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const COMPRESSED = /\.(js|css|svg)$/
const FORMS = [
  { suffix: '.br', compress: promisify(brotliCompress) },
  { suffix: '.gz', compress: promisify(gzip) },
] as const

/** Writes the compressed forms of a file beside it, once, so that the hub need not compress while it serves. */
export function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      const files = Object.values(bundle).filter(({ fileName }) => COMPRESSED.test(fileName))
      await Promise.all(
        files.flatMap(file => {
          const content = Buffer.from(file.type === 'chunk' ? file.code : file.source)
          return FORMS.map(async ({ suffix, compress }) => {
            const small = await compress(content)
            if (small.length < content.length) await writeFile(join(dir, file.fileName + suffix), small)
          })
        }),
      )
    },
  }
}
