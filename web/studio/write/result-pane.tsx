import { LoadingOutlined } from '@ant-design/icons'
import { Alert, Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'
import { ProblemBox } from '../../elements/problem.tsx'
import { ScopeNeeded } from '../../elements/scope-needed.tsx'
import { useSaid } from '../../locales/said.ts'
import { useStudio } from '../studio.ts'
import { countChanges, nodesOf } from '../values/nodes.ts'
import { ValueTree } from '../values/value-tree.tsx'
import { LineageBar, LineageTable } from './lineage.tsx'
import { Pane } from './pane.tsx'
import type { Trial } from './use-trial.ts'

interface Props {
  trial: Trial
  /** The field that is pointed at. */
  field: string | undefined
  point: (field: string | undefined) => void
  saveCase: React.ReactNode
}

/** On the right: what the mapping makes of the record, against what is in force and against the model. */
export function ResultPane({ trial, field, point, saveCase }: Props) {
  const { t } = useTranslation()
  const { mayWrite } = useStudio()
  const [view, setView] = useState<'result' | 'lineage'>('result')
  const { result, checks, problem, isBehind } = trial
  const lineage = checks?.lineage ?? []
  return (
    <Pane
      title={
        <>
          {t('studio.result.title')} {isBehind && <LoadingOutlined className="quiet" />}
        </>
      }
      extra={
        <>
          {saveCase}
          <Segmented<'result' | 'lineage'>
            size="small"
            value={view}
            onChange={setView}
            options={[
              { value: 'result', label: t('studio.result.fields') },
              { value: 'lineage', label: t('studio.result.lineage') },
            ]}
          />
        </>
      }
      foot={view === 'result' && <LineageBar lineage={lineage} field={field} />}
    >
      {problem !== null && <ProblemBox problem={problem} />}
      {!mayWrite && <ScopeNeeded scope="map" purpose={t('scopeNeeded.result')} />}
      {mayWrite && view === 'lineage' ? (
        <LineageTable lineage={lineage} />
      ) : (
        result !== undefined && <Outcome result={result} point={point} />
      )}
    </Pane>
  )
}

function Outcome({ result, point }: { result: Schemas['MappingTrial']; point: Props['point'] }) {
  const { t } = useTranslation()
  const said = useSaid()
  const { draft, inForce, problems } = result
  const nodes = useMemo(
    () => nodesOf(draft.value, inForce?.ok === true ? { value: inForce.value } : undefined),
    [draft, inForce],
  )
  const changes = countChanges(nodes)
  if (!draft.ok) return <Failure failure={draft.failure} />
  const byPath = new Map(problems.map(problem => [problem.path, said(problem)]))
  const unplaced = problems.filter(({ path }) => !nodes.some(node => node.path === path))
  return (
    <>
      <p className="result-summary">
        {draft.value === undefined
          ? t('studio.result.nothing')
          : inForce === null
            ? t('studio.result.noneInForce')
            : !inForce.ok
              ? t('studio.result.failsInForce')
              : changes === 0
                ? t('studio.result.same')
                : t('studio.result.differs', { count: changes })}
      </p>
      {unplaced.map(problem => (
        <Alert
          key={`${problem.path} ${problem.message}`}
          banner
          type="error"
          title={`${problem.path} ${said(problem)}`}
        />
      ))}
      <ValueTree label={t('studio.result.title')} nodes={nodes} problems={byPath} onPoint={point} />
    </>
  )
}

function Failure({ failure }: { failure: Schemas['MappingOutcome']['failure'] }) {
  const { t } = useTranslation()
  const said = useSaid()
  if (failure === undefined) return null
  const { code, expression, path, value } = failure
  return (
    <div className="result-failure">
      <Alert type="error" showIcon title={said({ ...failure, reason: code })} description={<code>{code}</code>} />
      <dl>
        {expression !== undefined && (
          <>
            <dt>{t('studio.result.expression')}</dt>
            <dd>
              <code>{expression}</code>
            </dd>
          </>
        )}
        {value !== undefined && (
          <>
            <dt>{t('studio.result.value')}</dt>
            <dd>
              <code>{JSON.stringify(value)}</code> {path !== undefined && <>({path})</>}
            </dd>
          </>
        )}
      </dl>
    </div>
  )
}
