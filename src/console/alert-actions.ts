import type { components } from './api.gen.ts'

type Schemas = components['schemas']

export interface AlertFilter {
  state?: 'open' | 'resolved' | 'all'
  team?: string
  system?: string
  language?: 'en' | 'zh'
  /** Only those before this id. */
  before?: string
  limit: number
}

/** What the console asks of the hub's own alerts (src/alerts). */
export interface AlertActions {
  /** Newest first. */
  listAlerts(filter: AlertFilter): Promise<Schemas['Alert'][]>
  readAlert(id: string, language: 'en' | 'zh' | undefined): Promise<Schemas['AlertDetail'] | undefined>
  /** False: it is not firing (any more). */
  acknowledgeAlert(id: string, by: string): Promise<boolean>
  listSilences(): Promise<Schemas['Silence'][]>
  silenceAlerts(silence: Schemas['NewSilence'], by: string): Promise<Schemas['Silence']>
  /** False: there is none, or it has ended. */
  endSilence(id: string): Promise<boolean>
}
