import type { Access, Connector } from '#connector/kit.ts'
import { owners, type Owner, type Scheduler } from '../scheduler.ts'

export interface VendorCalls {
  /** A call ended, and its caller does not know yet: true when the caller dies now. */
  ended: (owner: Owner, operation: string) => void
  count: (operation: string) => void
  /** One call more of a system is under way, or one less. */
  underWay: (system: string, by: 1 | -1) => void
}

/**
 * The world's connectors as a process of the hub reaches them: what the vendor does goes on when the caller dies, and its
 * answer then reaches nobody.
 */
export function overNetwork(
  connector: Connector<unknown>,
  scheduler: Scheduler,
  calls: VendorCalls,
): Connector<unknown> {
  function far<A extends [Pick<Access<unknown>, 'system'>, ...unknown[]], R>(
    operation: string,
    call: (...args: A) => Promise<R>,
  ): (...args: A) => Promise<R> {
    return (...args) =>
      new Promise<R>((resolve, reject) => {
        const owner = owners.getStore()
        calls.count(operation)
        const [{ system }] = args
        calls.underWay(system, 1)
        function answer(settle: () => void): void {
          calls.underWay(system, -1)
          if (owner !== undefined && !owner.dead) calls.ended(owner, operation)
          scheduler.soon(settle, owner)
        }
        owners.run(undefined, () => {
          call(...args).then(
            result => answer(() => resolve(result)),
            (error: unknown) => answer(() => reject(error instanceof Error ? error : new Error(String(error)))),
          )
        })
      })
  }
  const { pull, push, check } = connector
  return {
    ...connector,
    ...(pull === undefined
      ? {}
      : {
          pull: {
            ...pull,
            ...(pull.changes === undefined ? {} : { changes: far('changes', pull.changes) }),
            ...(pull.read === undefined ? {} : { read: far('read', pull.read) }),
          },
        }),
    ...(push === undefined
      ? {}
      : {
          push: {
            ...push,
            upsert: far('upsert', push.upsert),
            ...(push.delete === undefined ? {} : { delete: far('delete', push.delete) }),
            ...(push.find === undefined ? {} : { find: far('find', push.find) }),
            ...(push.poll === undefined ? {} : { poll: far('poll', push.poll) }),
          },
        }),
    ...(check === undefined ? {} : { check: far('check', check) }),
  }
}
