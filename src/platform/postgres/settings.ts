import { totalmem } from 'node:os'

export interface ServerSettingsOptions {
  readonly socketFolder: string
  /** False only for throwaway clusters of tests: a crash of the machine then loses data. */
  readonly durable: boolean
}

const megabyte = 1024 * 1024

/**
 * The settings the embedded server runs with, for a small server of about two cores. They are given on the
 * command line, so that no edited file can turn durability off or open a network port.
 */
export function serverSettings(options: ServerSettingsOptions): Record<string, string> {
  return {
    ...closed(options.socketFolder),
    ...(options.durable ? durable : throwaway),
    ...memory(totalmem() / megabyte),
    ...pace,
    ...quietLog,
  }
}

function closed(socketFolder: string): Record<string, string> {
  return {
    listen_addresses: '',
    port: '5432',
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    max_connections: '100',
    timezone: 'UTC',
  }
}

const durable = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' }
const throwaway = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }

/** A sixteenth of the machine for PostgreSQL's own cache; the system's cache does the rest. */
function memory(totalMegabytes: number): Record<string, string> {
  const shared = Math.round(Math.min(1024, Math.max(128, totalMegabytes / 16)))
  return {
    shared_buffers: `${shared}MB`,
    effective_cache_size: `${Math.round(Math.max(256, totalMegabytes / 2))}MB`,
    maintenance_work_mem: `${Math.round(Math.min(256, Math.max(64, totalMegabytes / 32)))}MB`,
    work_mem: '16MB',
  }
}

/** Long even checkpoints: a bulk import rewrites the same index pages many times between them. */
const pace = {
  max_wal_size: '4GB',
  min_wal_size: '256MB',
  wal_compression: 'on',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  effective_io_concurrency: '64',
  random_page_cost: '1.1',
  jit: 'off',
}

/**
 * Seven files, one a weekday. Errors of statements are answered to the caller and not logged: their text,
 * their details and the statement could carry words of a message or a telephone number.
 */
const quietLog = {
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgresql-%a.log',
  log_rotation_age: '1d',
  log_rotation_size: '0',
  log_truncate_on_rotation: 'on',
  log_file_mode: '0600',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length_on_error: '0',
}
