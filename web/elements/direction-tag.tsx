import { ExportOutlined, ImportOutlined } from '@ant-design/icons'
import { Tag } from 'antd'
import { useTranslation } from 'react-i18next'

/** Whether a mapping makes our records of a vendor's, or a vendor's of ours. */
export function DirectionTag({ direction }: { direction: 'in' | 'out' }) {
  const { t } = useTranslation()
  return direction === 'in' ? (
    <Tag color="cyan" variant="filled" icon={<ImportOutlined />}>
      {t('mappings.show.in')}
    </Tag>
  ) : (
    <Tag color="blue" variant="filled" icon={<ExportOutlined />}>
      {t('mappings.show.out')}
    </Tag>
  )
}
