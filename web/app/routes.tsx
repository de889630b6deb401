import { lazy } from 'react'
import { createBrowserRouter } from 'react-router'
import { AlertsPage } from '../pages/alerts/alerts-page.tsx'
import { OverviewPage } from '../pages/overview/overview-page.tsx'
import { MappingsPage } from '../pages/mappings/mappings-page.tsx'
import { BrokenPage } from './messages/broken-page.tsx'
import { Frame } from './frame/frame.tsx'
import { NotFoundPage } from './messages/not-found-page.tsx'

// The editor is most of the script: it comes when somebody opens a mapping.
const StudioPage = lazy(() => import('../studio/studio-page.tsx'))

export const router = createBrowserRouter(
  [
    {
      element: <Frame />,
      errorElement: <BrokenPage />,
      children: [
        { index: true, element: <OverviewPage /> },
        { path: 'alerts', element: <AlertsPage /> },
        { path: 'mappings', element: <MappingsPage /> },
        { path: 'mappings/:folder/:mapping/:view?', element: <StudioPage /> },
        { path: '*', element: <NotFoundPage /> },
      ],
    },
  ],
  { basename: '/console' },
)
