import { Tabs } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NotFoundPage } from '../app/messages/not-found-page.tsx'
import { CasesView } from './cases/cases-view.tsx'
import { OthersAlert } from './draft/others-alert.tsx'
import { useLeaveGuard } from './draft/leave-guard.ts'
import { HistoryView } from './history/history-view.tsx'
import { PlanView } from './plan/plan-view.tsx'
import { usePlan } from './plan/use-plan.ts'
import { PublishView } from './publish/publish-view.tsx'
import { StudioActs } from './studio-acts.tsx'
import { StudioHead } from './studio-head.tsx'
import { useStudio } from './studio.ts'
import { useView, type View, VIEWS } from './use-view.ts'
import { WriteView } from './write/write-view.tsx'

/** From a draft to what is in force: write, check, plan, publish, look back. */
export function Journey() {
  const { t } = useTranslation()
  const { draft } = useStudio()
  const [view, show] = useView()
  const plan = usePlan()
  const [publication, setPublication] = useState<number>()
  useLeaveGuard(draft.isDirty)
  if (view === undefined) return <NotFoundPage />
  return (
    <div className={view === 'write' ? 'studio studio-write' : 'studio'}>
      <StudioHead />
      <OthersAlert />
      <Tabs
        activeKey={view}
        onChange={key => show(key as View)}
        tabBarExtraContent={<StudioActs />}
        items={VIEWS.map(key => ({ key, label: t(`studio.views.${key}`) }))}
      />
      <div className="studio-view">
        {view === 'write' && <WriteView />}
        {view === 'cases' && <CasesView />}
        {view === 'plan' && <PlanView plan={plan} />}
        {view === 'publish' && (
          <PublishView
            plan={plan}
            onPublished={number => {
              setPublication(number)
              show('history')
            }}
          />
        )}
        {view === 'history' && <HistoryView publication={publication} />}
      </div>
    </div>
  )
}
