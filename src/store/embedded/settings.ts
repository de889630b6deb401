/** Settings of the server by name; a test may add to them, the product never does. */
export type ServerSettings = Readonly<Record<string, string>>

/**
 * The settings of the embedded server: a machine of 2 to 8 cores that it shares with the hub. Durability is never traded
 * for speed: fsync, full_page_writes and synchronous_commit stay on. Compression by lz4 would be worth having, but the
 * packaged server is built without it.
 */
export const embeddedSettings: ServerSettings = {
  // Loopback with a password, not a Unix socket: a socket's path may have 107 bytes, and data folders can be deeper.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',

  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',

  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  random_page_cost: '1.1',
  // Statements are short and many: planning them in parallel or compiling them costs more than it saves.
  jit: 'off',
  max_parallel_workers_per_gather: '0',

  // Rare checkpoints write fewer full pages; 4 GB of log replay in well under a minute.
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',

  // Queue-like tables must be vacuumed often; how often is set per table in the migrations.
  autovacuum_naptime: '15s',
  autovacuum_vacuum_cost_limit: '2000',

  // A hub that was killed must not leave its sessions, and their locks, behind for long.
  client_connection_check_interval: '2s',
  deadlock_timeout: '200ms',
  log_min_messages: 'warning',
  log_line_prefix: '%m [%p] %a ',
}

/** The settings as the server's command line takes them. */
export function asArguments(settings: ServerSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
