import { Empty } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'
import type { PlanResult } from './use-plan.ts'

type Sample = Schemas['MappingPlanSample']

/** Some of the records that would change or fail, each with its fields before and after. */
export function PlanSamples({ result }: { result: PlanResult }) {
  const { t } = useTranslation()
  const isDone = result.state !== 'running'
  if (isDone && result.changed === 0 && result.newFailures === 0)
    return (
      <div className="panel">
        <Empty className="pane-empty" image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('plan.nothing')} />
      </div>
    )
  return (
    <>
      {result.failures.length > 0 && <Group title={t('plan.failureSamples')} samples={result.failures} />}
      {result.samples.length > 0 && <Group title={t('plan.samples')} samples={result.samples} />}
    </>
  )
}

function Group({ title, samples }: { title: string; samples: readonly Sample[] }) {
  return (
    <section>
      <h2 className="plan-title">{title}</h2>
      <div className="plan-samples">
        {samples.map(sample => (
          <SampleCard key={sample.id} sample={sample} />
        ))}
      </div>
    </section>
  )
}

/** A record with the fields that differ, one row each. */
function SampleCard({ sample: { id, before, after, failure } }: { sample: Sample }) {
  const { t } = useTranslation()
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
  return (
    <article className="panel plan-sample">
      <header>
        <code>{id}</code>
      </header>
      {failure !== null && <p className="plan-failure">{failure}</p>}
      <table>
        <thead>
          <tr>
            <th>{t('plan.field')}</th>
            <th>{t('plan.before')}</th>
            <th>{t('plan.after')}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(field => (
            <tr key={field}>
              <th scope="row">{field}</th>
              <td className="plan-before">{textOf(before, field)}</td>
              <td className="plan-after">{textOf(after, field)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </article>
  )
}

function textOf(fields: Sample['before'], name: string): string {
  if (fields === null || !Object.hasOwn(fields, name)) return ''
  const value = fields[name]
  return typeof value === 'string' ? value : JSON.stringify(value)
}
