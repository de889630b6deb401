/** The stages that work on rows of the database when woken; `read` is stage 1b, which reads remote records back. */
export const STAGES = ['interpret', 'read', 'resolve', 'plan', 'deliver'] as const

export type Stage = (typeof STAGES)[number]

export function isStage(name: string): name is Stage {
  return (STAGES as readonly string[]).includes(name)
}
