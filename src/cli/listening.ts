/** What commands that listen have in common: they stay until they are interrupted, and a port that is taken is told by its name. */
import { join } from 'node:path'
import type { ClientSettings } from '../admin-client/settings.ts'
import { UsageError } from '../errors.ts'

/** @throws UsageError where the port can not be had, else what it was given */
export function portInUse(error: unknown): never {
  if (error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')) {
    const { address, port } = error as unknown as { address?: string; port?: number }
    const reason = error.code === 'EADDRINUSE' ? 'is in use' : 'may not be used by this user'
    throw new UsageError(`${address ?? ''}:${port ?? ''} ${reason}`, {
      hint: 'choose others with --admin-listen, --proxy-listen, --proxy-tls-listen and --manager-listen',
      cause: error,
    })
  }
  throw error
}

export function interrupted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise(resolve => {
    if (signal === undefined || signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Where the build puts the Manager page. @param root the folder of package.json */
export const pageFolder = (root: string): string => join(root, 'dist/manager')

/** Where the build puts the program of the proxy's workers. @param root the folder of package.json */
export const workerProgram = (root: string): string => join(root, 'dist/worker.cjs')

/** A page stays as long as it is wanted: what ends a run does not end its requests. */
export function lasting({
  signal: _signal,
  deadline: _deadline,
  ...settings
}: ClientSettings): ClientSettings {
  return settings
}
