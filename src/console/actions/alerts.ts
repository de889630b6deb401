import type { components } from '../api.gen.ts'

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

/** The alerts of a notice, in the language of its team. */
export interface LinkedNotice {
  language: 'en' | 'zh'
  team: string
  alerts: Schemas['Alert'][]
}

/** What the console asks of the hub's own alerts (src/alerts). */
export interface AlertActions {
  /** Newest first. */
  listAlerts(filter: AlertFilter): Promise<Schemas['Alert'][]>
  readAlert(id: string, language: 'en' | 'zh' | undefined): Promise<Schemas['AlertDetail'] | undefined>
  /** False: it is not firing (any more). */
  acknowledgeAlert(id: string, by: string): Promise<boolean>
  /** What a link in a notice stands for: its alerts as they are now. Undefined: the hub did not give it out, or it has ended. */
  readLink(token: string): Promise<LinkedNotice | undefined>
  /** Acknowledges those that are firing; how many there were. */
  acknowledgeLink(token: string): Promise<number>
  /** Sends a test through one channel or all; undefined: there is none of this name. */
  testChannels(channel: string | undefined): Promise<Schemas['ChannelTest'][] | undefined>
  listSilences(): Promise<Schemas['Silence'][]>
  silenceAlerts(silence: Schemas['NewSilence'], by: string): Promise<Schemas['Silence']>
  /** False: there is none, or it has ended. */
  endSilence(id: string): Promise<boolean>
}
