import { Breadcrumb } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import { pageOf, PAGES } from './pages.ts'

/** Where one is, and the way up. The browser's tab says the same. */
export function Trail() {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const page = pageOf(pathname)
  const place = page === undefined ? '' : t(`frame.${page}`)
  const [, , folder, mapping] = pathname.split('/')
  const name = folder !== undefined && mapping !== undefined ? `${folder}/${mapping}` : undefined
  useEffect(() => {
    document.title = [name ?? place, 'Patchbay'].filter(part => part !== '').join(' · ')
  }, [name, place])
  if (page === undefined) return <span />
  return (
    <Breadcrumb
      items={
        name === undefined
          ? [{ title: place }]
          : [{ title: <Link to={`/${PAGES[page]}`}>{place}</Link> }, { title: folder }, { title: mapping }]
      }
    />
  )
}
