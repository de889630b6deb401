/** The nonce of this page, for the style sheets that components and the editor add while it runs. */
export const pageNonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

// The measuring of scroll bars and the locking of the page behind a dialog add style sheets without the nonce that all other
// components pass on (@rc-component/util, getScrollBarSize; @rc-component/portal, useScrollLocker): so each one gets it here.
const createElement = document.createElement.bind(document)
document.createElement = (name: string, options?: ElementCreationOptions): HTMLElement => {
  const element = createElement(name, options)
  if (element instanceof HTMLStyleElement) element.nonce = pageNonce
  return element
}
