import { statfs } from 'node:fs/promises'

const FREE_SHARE_MIN = 0.1
const FREE_BYTES_ENOUGH = 20 * 1024 ** 3
const CHECK_EVERY_MS = 5_000

/**
 * Watches the free disk space under the data folder: below a tenth (and below 20 GiB) the gateway must answer 503
 * before PostgreSQL stops with a full disk.
 */
export function watchDisk(folder: string): { full: () => boolean; close: () => void } {
  let full = false
  async function check(): Promise<void> {
    try {
      const disk = await statfs(folder)
      full = disk.bavail / disk.blocks < FREE_SHARE_MIN && disk.bavail * disk.bsize < FREE_BYTES_ENOUGH
    } catch {
      full = false
    }
  }
  void check()
  const timer = setInterval(() => void check(), CHECK_EVERY_MS)
  timer.unref()
  return { full: () => full, close: () => clearInterval(timer) }
}
