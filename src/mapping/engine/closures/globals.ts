import type { FunctionValue } from '../values/function-value.ts'
import type { Frame } from '../runtime.ts'

/** Reads a name that no scope binds: the run's own variables first, then the functions. `$$` is the whole input. */
export function globalReader(name: string, functions: ReadonlyMap<string, FunctionValue>): (frame: Frame) => unknown {
  const builtIn = functions.get(name)
  return frame => {
    const { env, root } = frame.rt
    if (name === '$') return root
    const { variables } = env
    if (variables !== undefined && Object.hasOwn(variables, name)) return variables[name]
    return builtIn
  }
}
