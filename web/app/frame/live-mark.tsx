import { useIsFetching, useQueryClient } from '@tanstack/react-query'
import { Tooltip } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

/** How old is what the page shows. Pages ask again by themselves while they are seen. */
export function LiveMark() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const isFetching = useIsFetching() > 0
  const now = useSeconds()
  const used = client.getQueryCache().findAll({ type: 'active' })
  const newest = Math.max(0, ...used.map(query => query.state.dataUpdatedAt))
  const isFailing = used.some(query => query.state.status === 'error')
  if (newest === 0) return null
  const seconds = Math.max(0, Math.round((now - newest) / 1000))
  return (
    <Tooltip title={t('frame.live')}>
      <span className="live-mark" data-failing={isFailing || undefined} data-fetching={isFetching || undefined}>
        <i />
        {isFailing ? t('frame.notUpdated') : seconds < 2 ? t('frame.updatedNow') : t('frame.updated', { seconds })}
      </span>
    </Tooltip>
  )
}

function useSeconds(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return now
}
