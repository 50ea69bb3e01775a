/**
 * `--lock`: one run at a time, by a lease in the gateway itself. The lease is a consumer with a fixed name.
 * Names are unique in every Kong, so only one run can create it. Its tags name the holder and the end. A
 * running program renews it; an expired one is taken over. All commands of deck and decK ignore entities
 * with the tag `konnect-managed`.
 */
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { type AdminClient, createClient } from '../admin-client/client.ts'
import type { ClientSettings } from '../admin-client/settings.ts'
import { isRecord } from '../entities/language/values.ts'
import { AdminApiError, DeckError, exitCodes } from '../errors.ts'
import type { Terminal } from './terminal.ts'

type Values = Readonly<Record<string, unknown>>

const leaseName = 'deck-lock'
/** Seconds after which a lease without renewal expires. */
const leaseSeconds = 60
/** Clocks of two machines may differ by this much. */
const clockDifference = 10

export interface LeaseOptions {
  /** How long to wait for a lease of another run. */
  readonly timeoutSeconds: number
}

/**
 * Does the work while this run holds the lease; without options, without one.
 *
 * @param work gets settings whose signal is also aborted where the lease is lost
 * @throws DeckError where another run holds it, or the gateway cannot hold one
 */
export async function whileLocked<T>(
  settings: ClientSettings,
  options: LeaseOptions | undefined,
  work: (settings: ClientSettings) => Promise<T>,
): Promise<T> {
  if (options === undefined) return work(settings)
  const releaseSignals = settings.holdSignals?.()
  // The lease is released after an interruption, too.
  const { signal, deadline: _deadline, ...lasting } = settings
  const client = await createClient(lasting)
  const id = crypto.randomUUID()
  try {
    await acquire(client, id, options, signal)
    const { lost, release } = keep(client, id)
    try {
      return await work({
        ...settings,
        signal: signal === undefined ? lost : AbortSignal.any([signal, lost]),
      })
    } finally {
      await release()
    }
  } finally {
    client.close()
    releaseSignals?.()
  }
}

async function acquire(
  client: AdminClient,
  id: string,
  { timeoutSeconds }: LeaseOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  const end = Date.now() + timeoutSeconds * 1000
  for (;;) {
    const holder = await tryToAcquire(client, id)
    if (holder === undefined) return
    if (Date.now() >= end || signal?.aborted === true) throw heldBy(holder)
    await wait(Math.min(1000, end - Date.now()), undefined, signal && { signal }).catch(() => {})
  }
}

/** @returns who holds it; undefined where this run does now */
async function tryToAcquire(client: AdminClient, id: string): Promise<Values | undefined> {
  if (await isCreated(client, id)) return undefined
  const holder = await readLease(client)
  if (holder === undefined) return (await isCreated(client, id)) ? undefined : {}
  if (holder['id'] === id) return undefined
  if (!isOver(holder)) return holder
  // By its id: of two runs that do this at once, the later one deletes nothing that the earlier one has
  // created.
  await remove(client, String(holder['id']))
  if (await isCreated(client, id)) return undefined
  return (await readLease(client)) ?? {}
}

async function isCreated(client: AdminClient, id: string): Promise<boolean> {
  try {
    await client.post('/consumers', leaseOf(id), 'write')
    return true
  } catch (error) {
    if (!(error instanceof AdminApiError)) throw error
    if (error.status === 409) return false
    if (error.status === 405)
      throw new DeckError('--lock: a gateway without a database cannot hold a lock', {
        hint: 'omit --lock: such a gateway takes its whole configuration in one request',
      })
    throw new DeckError(`--lock: ${error.message}`, { cause: error })
  }
}

const leaseOf = (id: string): Values => ({
  id,
  username: leaseName,
  tags: [leaseName, 'konnect-managed', `until-${until()}`, `holder-${holderName()}`],
})

/** Seconds since 1970. */
const until = (): number => Math.ceil(Date.now() / 1000) + leaseSeconds

/** Tags hold neither commas nor slashes. */
const holderName = (): string => `${hostname().replace(/[^\w.-]/g, '_')}-${process.pid}`

async function readLease(client: AdminClient): Promise<Values | undefined> {
  try {
    const found = await client.get(`/consumers/${leaseName}`)
    return isRecord(found) ? found : undefined
  } catch (error) {
    if (error instanceof AdminApiError && error.status === 404) return undefined
    throw error
  }
}

/** The recipe of `unlock`. @returns the exit code */
export async function unlock(settings: ClientSettings, { stdout }: Terminal): Promise<number> {
  const client = await createClient(settings)
  try {
    const lease = await readLease(client)
    if (lease === undefined) stdout.write('no lock\n')
    else {
      await remove(client, String(lease['id']))
      stdout.write(`removed the lock of ${describeLease(lease)}\n`)
    }
    return exitCodes.done
  } finally {
    client.close()
  }
}

async function remove(client: AdminClient, id: string): Promise<void> {
  await client.delete(`/consumers/${id}`).catch((error: unknown) => {
    if (!(error instanceof AdminApiError) || error.status !== 404) throw error
  })
}

const tagOf = (lease: Values, prefix: string): string | undefined =>
  (Array.isArray(lease['tags']) ? lease['tags'].map(String) : [])
    .find(tag => tag.startsWith(prefix))
    ?.slice(prefix.length)

/** A consumer of this name that is no lease is never removed. */
function isOver(lease: Values): boolean {
  const end = Number(tagOf(lease, 'until-') ?? Number.POSITIVE_INFINITY)
  return Date.now() / 1000 > end + clockDifference
}

/** @example 'ci-runner-4711 until 2026-12-01T10:30:00Z' */
function describeLease(lease: Values): string {
  const [holder = 'somebody', end] = [tagOf(lease, 'holder-'), tagOf(lease, 'until-')]
  return end === undefined ? holder : `${holder} until ${new Date(Number(end) * 1000).toISOString()}`
}

const heldBy = (lease: Values): DeckError =>
  new DeckError(`the gateway is locked by ${describeLease(lease)}: nothing was changed`, {
    hint: '--lock-timeout SECONDS waits for it; deck gateway unlock removes the lock of a run that has ended',
  })

/** Renews the lease until it is released. */
function keep(client: AdminClient, id: string): { lost: AbortSignal; release: () => Promise<void> } {
  const lost = new AbortController()
  const renew = async (): Promise<void> => {
    const found = await readLease(client)
    if (found?.['id'] !== id) lost.abort(new DeckError('the lock of this run was removed during the run'))
    else await client.put(`/consumers/${id}`, leaseOf(id))
  }
  // A renewal that fails is repeated in time; a lease that ran out meanwhile is found to be another's then.
  const timer = setInterval(() => void renew().catch(() => {}), (leaseSeconds * 1000) / 4)
  timer.unref()
  return {
    lost: lost.signal,
    release: async () => {
      clearInterval(timer)
      // A lease that cannot be released expires.
      await remove(client, id).catch(() => {})
    },
  }
}
