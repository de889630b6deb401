import { QueryClient } from '@tanstack/react-query'
import { listenSession } from './session.ts'

/** What the pages have read, kept while they are open. */
export const queryClient = new QueryClient({
  defaultOptions: {
    // An answer with a problem is an answer: it will not get better by asking again at once.
    queries: { retry: false, staleTime: 2_000 },
  },
})

// What one person saw is not shown to the next.
listenSession(() => queryClient.clear())
