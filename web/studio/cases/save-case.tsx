import { PlusSquareOutlined } from '@ant-design/icons'
import { App, Button, Form, Input, Modal, Skeleton, Tooltip } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, type Problem, type Schemas } from '../../api/client.ts'
import { ProblemBox } from '../../elements/problem.tsx'
import { useStudio } from '../studio.ts'
import { nodesOf } from '../values/nodes.ts'
import { ValueTree } from '../values/value-tree.tsx'
import type { RecordChoice } from '../write/use-records.ts'

/** Keeps the shown record, with what the mapping makes of it now, as a case that must stay so. */
export function SaveCase({ record }: { record: RecordChoice }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { which, draft, mayWrite } = useStudio()
  const [isOpen, setOpen] = useState(false)
  const [trial, setTrial] = useState<Schemas['MappingTrial']>()
  const [problem, setProblem] = useState<Problem>()

  // A case outlives the customer's own wish to be forgotten, so it is made of invented values.
  const open = async (): Promise<void> => {
    setOpen(true)
    setTrial(undefined)
    const { data, error } = await api.POST('/mappings/{folder}/{mapping}/try', {
      params: { path: which },
      body: { source: draft.source, ...record.body, standIn: true },
    })
    setProblem(error)
    setTrial(data)
  }

  const save = async ({ name }: { name: string }): Promise<void> => {
    if (trial === undefined) return
    const others = draft.cases.filter(one => nameOf(one) !== name)
    if (await draft.save([...others, caseOf(name, trial)])) {
      setOpen(false)
      void message.success(t('studio.cases.saved', { name }))
    }
  }

  if (!mayWrite) return null
  return (
    <>
      <Tooltip title={t('studio.cases.save')}>
        <Button
          size="small"
          type="text"
          icon={<PlusSquareOutlined />}
          onClick={() => void open()}
          aria-label={t('studio.cases.save')}
        />
      </Tooltip>
      <Modal
        open={isOpen}
        title={t('studio.cases.save')}
        footer={null}
        onCancel={() => setOpen(false)}
        width={680}
        destroyOnHidden
      >
        <p className="quiet">{t('studio.cases.about')}</p>
        {problem !== undefined && <ProblemBox problem={problem} />}
        {draft.problem !== undefined && <ProblemBox problem={draft.problem} />}
        {trial === undefined && problem === undefined && <Skeleton active />}
        {trial !== undefined && (
          <Form layout="vertical" requiredMark={false} onFinish={(values: { name: string }) => void save(values)}>
            <div className="case-sides">
              <Side title={t('studio.record.title')} value={trial.record.input} />
              <Side title={t('studio.cases.expected')} value={expectedOf(trial)} />
            </div>
            <Form.Item
              name="name"
              label={t('studio.cases.name')}
              rules={[{ required: true, whitespace: true, message: t('studio.cases.nameNeeded') }]}
            >
              <Input placeholder={t('studio.cases.nameExample')} maxLength={200} />
            </Form.Item>
            <Button type="primary" htmlType="submit" loading={draft.isSaving}>
              {t('studio.cases.save')}
            </Button>
          </Form>
        )}
      </Modal>
    </>
  )
}

function Side({ title, value }: { title: string; value: unknown }) {
  return (
    <div>
      <h3>{title}</h3>
      <div className="panel case-side">
        <ValueTree label={title} nodes={nodesOf(value)} />
      </div>
    </div>
  )
}

function caseOf(name: string, { record, draft }: Schemas['MappingTrial']): Record<string, unknown> {
  const shown = { name, input: record.input, env: record.env }
  if (!draft.ok) return { ...shown, error: draft.failure?.code }
  return draft.value === undefined ? { ...shown, nothing: true } : { ...shown, expect: draft.value }
}

function expectedOf({ draft }: Schemas['MappingTrial']): unknown {
  return draft.ok ? draft.value : { error: draft.failure?.code }
}

export function nameOf(one: unknown): string {
  return typeof one === 'object' && one !== null && 'name' in one ? String(one.name) : ''
}
