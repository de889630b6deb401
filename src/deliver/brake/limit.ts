/** The brake looks back so far. */
export const BRAKE_WINDOW_MS = 10 * 60_000

/** From how many records on the brake of a (system, object) acts: the larger of the two. */
export interface BrakeSetting {
  records: number
  percent: number
}

/** So many changes from one cause within the window are allowed. `remoteRecords`: how many the (system, object) has. */
export function brakeLimit(setting: BrakeSetting, remoteRecords: number): number {
  return Math.max(setting.records, Math.floor((remoteRecords * setting.percent) / 100))
}
