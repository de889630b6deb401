/** The pages that the side bar leads to, by the first part of their address. */
export const PAGES = { overview: '', alerts: 'alerts', mappings: 'mappings' } as const
export type Page = keyof typeof PAGES

/** The page that an address is of, or within; undefined: there is no such page. */
export function pageOf(pathname: string): Page | undefined {
  const [, first = ''] = pathname.split('/')
  return (Object.keys(PAGES) as Page[]).find(page => PAGES[page] === first)
}
