import { Breadcrumb } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'

/** Where one is, and the way up. The browser's tab says the same. */
export function Trail() {
  const { t } = useTranslation()
  const [, first, folder, mapping] = useLocation().pathname.split('/')
  const place =
    first === 'mappings' ? t('frame.mappings') : first === undefined || first === '' ? t('frame.overview') : ''
  const name = folder !== undefined && mapping !== undefined ? `${folder}/${mapping}` : undefined
  useEffect(() => {
    document.title = [name ?? place, 'Patchbay'].filter(part => part !== '').join(' · ')
  }, [name, place])
  if (place === '') return <span />
  return (
    <Breadcrumb
      items={
        name === undefined
          ? [{ title: place }]
          : [{ title: <Link to="/mappings">{place}</Link> }, { title: folder }, { title: mapping }]
      }
    />
  )
}
