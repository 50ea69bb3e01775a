/**
 * Shared by commands that listen: they run until they are interrupted, and report which port is already in
 * use.
 */
import { join } from 'node:path'
import type { ClientSettings } from '../admin-client/settings.ts'
import { UsageError } from '../errors.ts'

/** Node's codes for an address that cannot be listened at, in words. */
const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use',
  EACCES: 'may not be used by this user',
  EADDRNOTAVAIL: 'is not an address of this machine',
  ENOTFOUND: 'has no address',
  EAI_AGAIN: 'has no address: the name server does not answer',
}

/** @throws UsageError where the address cannot be listened at, else the error itself */
export function explainListenError(error: unknown): never {
  const { code = '', address, hostname, port } = error as NodeJS.ErrnoException & ListenFailure
  const reason = reasons[code]
  if (!(error instanceof Error) || reason === undefined) throw error
  const place = [address ?? hostname ?? '', ...(port === undefined ? [] : [port])].join(':')
  throw new UsageError(`${place} ${reason}`, {
    hint: 'choose others with --admin-listen, --proxy-listen, --proxy-tls-listen and --manager-listen',
    cause: error,
  })
}

interface ListenFailure {
  readonly address?: string
  readonly hostname?: string
  readonly port?: number
}

/** Until a signal comes; a second one ends the process at once. */
export function interrupted({ signal, holdSignals }: ClientSettings): Promise<void> {
  holdSignals?.()
  return new Promise(resolve => {
    if (signal === undefined || signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Where the build puts the Manager page. @param root the folder of package.json */
export const pageFolder = (root: string): string => join(root, 'dist/manager')

/** Where the build puts the program of the proxy's workers. @param root the folder of package.json */
export const workerProgram = (root: string): string => join(root, 'dist/worker.cjs')

/** Where the build puts the program of the Manager's threads. @param root the folder of package.json */
export const threadProgram = (root: string): string => join(root, 'dist/thread.cjs')

/** A page stays until the user ends it: the end of a run does not end its requests. */
export function lasting({
  signal: _signal,
  deadline: _deadline,
  holdSignals: _holdSignals,
  ...settings
}: ClientSettings): ClientSettings {
  return settings
}
