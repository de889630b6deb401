/** Why the embedded server could not be started. Each code has one message for the operator, who sees it instead of a stack. */
export type StartErrorCode =
  'data_in_use' | 'data_unwritable' | 'data_missing' | 'data_incompatible' | 'platform_unsupported' | 'server_failed'

/** A start that cannot go on. `message` says what happened, where, and what to do. */
export class StartError extends Error {
  readonly code: StartErrorCode

  constructor(code: StartErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'StartError'
    this.code = code
  }
}

/** The system's short error code (`EACCES`, `ENOENT` ...) of a failed file or socket call, else undefined. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** Turns a failed write below the data folder into the message that names the folder; other errors pass through. */
export function asUnwritable(error: unknown, path: string): unknown {
  const code = systemErrorCode(error)
  const reasons: Record<string, string> = {
    EACCES: 'this user may not write there',
    EPERM: 'this user may not write there',
    EROFS: 'the file system is read-only',
    ENOTDIR: 'a part of the path is a file, not a folder',
    EEXIST: 'a file with this name is in the way',
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is used up',
  }
  const reason = code === undefined ? undefined : reasons[code]
  if (reason === undefined) return error
  return new StartError(
    'data_unwritable',
    `The data folder ${path} cannot be written: ${reason} (${code}). Make it writable or choose another folder.`,
    error,
  )
}
