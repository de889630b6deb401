/** The page's whole style; the content security policy lets in exactly this text. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #cdd5df; --paper: #fff; --ground: #f2f5f9; --accent: #1a5fd0; --on-accent: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf4; --soft: #a3aebd; --line: #3c4858; --paper: #1b222c; --ground: #11161d; --accent: #7db0ff; --on-accent: #0c1420 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif }
main { max-width: 34rem; margin: 6vh auto; padding: 2rem 2.25rem 2.5rem; background: var(--paper); border: 1px solid var(--line); border-radius: 14px; box-shadow: 0 8px 30px rgb(16 30 54 / .07) }
nav { text-align: right; font-size: .9rem }
a { color: var(--accent) }
h1 { margin: .2rem 0 .6rem; font-size: 1.75rem; line-height: 1.25; text-wrap: balance }
h2 { margin: 0 0 .3rem; font-size: 1.25rem }
.intro { margin: 0 0 1.4rem; color: var(--soft) }
.field { margin: 0 0 1.15rem }
.field label { display: block; margin-bottom: .3rem; font-weight: 600 }
.optional { color: var(--soft); font-size: .85rem; font-weight: 400 }
input:not([type=checkbox]), textarea, select { width: 100%; padding: .65rem .75rem; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); color: inherit; font: inherit }
textarea { resize: vertical }
input:focus-visible, textarea:focus-visible, select:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px }
input:user-invalid, textarea:user-invalid, select:user-invalid { border-color: #c62f2f }
.tick { display: flex; gap: .65rem; align-items: flex-start; margin: 0 0 1.4rem }
.tick input { width: 1.2rem; height: 1.2rem; margin: .2rem 0 0; flex: none; accent-color: var(--accent) }
.trap { position: absolute; left: -9999px; width: 1px; height: 1px; overflow: hidden }
button { width: 100%; padding: .8rem 1rem; border: 0; border-radius: 8px; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer }
button:hover { filter: brightness(1.08) }
.thanks { padding: 1.1rem 1.25rem; border-left: 4px solid var(--accent); border-radius: 8px; background: var(--ground) }
.thanks p { margin: 0 }
@media (max-width: 36rem) { main { margin: 0; min-height: 100vh; padding: 1.25rem; border: 0; border-radius: 0; box-shadow: none } }
`
