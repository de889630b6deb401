import { useQueryClient } from '@tanstack/react-query'

/** What is in force has changed: everything that shows it is read again. */
export function useAfterPublication(): () => Promise<void> {
  const client = useQueryClient()
  return () =>
    client.invalidateQueries({
      predicate: ({ queryKey: [method, path] }) =>
        (method === 'get' || String(path).endsWith('/try')) && String(path).startsWith('/mapping'),
    })
}
