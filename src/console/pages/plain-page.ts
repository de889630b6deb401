interface PlainPage {
  language: 'en' | 'zh'
  /** More of the head, such as what search engines are told. */
  head?: string
  /** Rules beside those that every such page has. */
  style: string
  /** Space above and below. */
  marginVh: number
  body: string
}

/** A page that needs nothing but itself: no script, no file, light or dark as the reader's system is. */
export function plainPage({ language, head = '', style, marginVh, body }: PlainPage): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${head}<title>Patchbay</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark }
body { font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; max-width: 46rem; margin: ${marginVh}vh auto; padding: 0 1.5rem }
${style}
</style>
</head>
<body>
${body}
</body>
</html>
`
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`)
}
