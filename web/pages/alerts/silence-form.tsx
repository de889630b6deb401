import { App, Form, Input, Modal, Radio } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, type Problem } from '../../api/client.ts'
import { ProblemBox } from '../../elements/problem.tsx'
import { type AlertShape, useAfterAct } from './use-alerts.ts'

const HOURS = ['1', '4', '24', '72', '168'] as const
interface Values {
  hours: (typeof HOURS)[number]
  why: string
}

/** Keeps alerts like this one, of its system and object, from being told for a while. */
export function SilenceForm({ alert, close }: { alert: AlertShape; close: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const after = useAfterAct()
  const { name, system, object } = alert

  const silence = async ({ hours, why }: Values): Promise<void> => {
    setBusy(true)
    const endsAt = new Date(Date.now() + Number(hours) * 3_600_000).toISOString()
    const { error } = await api.POST('/alert-silences', {
      body: { name, ...(system !== null && { system }), ...(object !== null && { object }), endsAt, why: why.trim() },
    })
    setProblem(error)
    setBusy(false)
    if (error !== undefined) return
    await after()
    void message.success(t('alerts.silencedNow'))
    close()
  }
  return (
    <Modal
      open
      title={t('alerts.silenceTitle')}
      okText={t('alerts.silence')}
      confirmLoading={isBusy}
      onOk={() => form.submit()}
      onCancel={close}
    >
      <p>{t('alerts.silenceAbout')}</p>
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ hours: '4' }}
        onFinish={values => void silence(values)}
      >
        <Form.Item label={t('alerts.silenceWhat')}>
          <code>{[name, system, object].filter(part => part !== null).join(' · ')}</code>
        </Form.Item>
        <Form.Item name="hours" label={t('alerts.silenceFor')}>
          <Radio.Group
            optionType="button"
            options={HOURS.map(value => ({ value, label: t(`alerts.hours.${value}`) }))}
          />
        </Form.Item>
        <Form.Item
          name="why"
          label={t('alerts.silenceWhy')}
          rules={[{ required: true, whitespace: true, message: t('alerts.silenceWhyNeeded') }]}
        >
          <Input placeholder={t('alerts.silenceWhyExample')} maxLength={500} />
        </Form.Item>
      </Form>
      {problem !== undefined && <ProblemBox problem={problem} />}
    </Modal>
  )
}
