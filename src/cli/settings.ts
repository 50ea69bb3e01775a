/**
 * The global settings as the Admin API's client takes them, from flags that are settled (`base-command.ts`).
 */
import { readFile } from 'node:fs/promises'
import { parseAddress } from '../admin-client/address.ts'
import type { ClientSettings, TlsSettings } from '../admin-client/settings.ts'
import { systemReason, UsageError } from '../errors.ts'
import { defaultAddress } from './global-flags.ts'

type Values = Readonly<Record<string, unknown>>

/** @throws UsageError naming the flag that is wrong */
export async function clientSettings(flags: Values): Promise<ClientSettings> {
  const given = text(flags, 'kong-addr') ?? ''
  const { address, credentials } = parseAddress(given, '--kong-addr')
  refuseKonnect(flags, address)
  const workspace = text(flags, 'workspace')
  const token = text(flags, 'kong-admin-token')
  return {
    address,
    headers: { ...credentials, ...(await cookieHeader(flags, address)), ...headersOf(flags) },
    timeoutSeconds: Number(flags['timeout'] ?? 10),
    tls: await tlsSettings(flags),
    verbose: Number(flags['verbose'] ?? 0),
    ...(workspace !== undefined && { workspace }),
    ...(flags['skip-workspace-crud'] === true && { skipWorkspaceCrud: true }),
    ...(token !== undefined && { token }),
  }
}

/** decK's rule: an address of Kong's own wins over all that names Konnect. */
function refuseKonnect(flags: Values, address: string): void {
  if (address !== defaultAddress) return
  const chosen = ['konnect-addr', 'konnect-token', 'konnect-token-file'].find(name => text(flags, name))
  if (chosen === undefined) return
  throw new UsageError(`--${chosen}: Konnect is not supported`, {
    hint: '--kong-addr names the Admin API of a gateway of your own',
  })
}

/** The session of Kong Manager, as `curl --cookie-jar` and decK keep it. */
async function cookieHeader(flags: Values, address: string): Promise<Record<string, string>> {
  const path = text(flags, 'kong-cookie-jar-path')
  if (path === undefined) return {}
  const { cookiesFor } = await import('../admin-client/cookies.ts')
  const cookie = cookiesFor(await readText(path, '--kong-cookie-jar-path'), new URL(address), Date.now())
  return cookie === '' ? {} : { Cookie: cookie }
}

function headersOf(flags: Values): Record<string, string> {
  const given = Array.isArray(flags['headers']) ? flags['headers'].map(String) : []
  const headers: Record<string, string> = {}
  for (const header of given) {
    const colon = header.indexOf(':')
    // The text may be a token alone.
    if (colon < 1)
      throw new UsageError(`--headers: ${placeOf(header, given)} is not of the form name:value`, {
        hint: 'for example --headers "X-Team: payments"',
      })
    headers[header.slice(0, colon).trim()] = header.slice(colon + 1).trim()
  }
  return headers
}

const placeOf = (header: string, given: readonly string[]): string =>
  given.length === 1 ? 'the header' : `header ${given.indexOf(header) + 1} of ${given.length}`

async function tlsSettings(flags: Values): Promise<TlsSettings> {
  const ca = await pem(flags, 'ca-cert')
  const cert = await pem(flags, 'tls-client-cert')
  const key = await pem(flags, 'tls-client-key')
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError('--tls-client-cert and --tls-client-key must be given together')
  }
  const serverName = text(flags, 'tls-server-name')
  return {
    skipVerify: flags['tls-skip-verify'] === true,
    ...(serverName !== undefined && { serverName }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  }
}

/** PEM text of a flag, else the content of the file that its `-file` twin names. */
async function pem(flags: Values, name: string): Promise<string | undefined> {
  const given = text(flags, name)
  if (given !== undefined) return given
  const path = text(flags, `${name}-file`)
  return path === undefined ? undefined : readText(path, `--${name}-file`)
}

/** @param what is named in the message: a flag, or what the file is */
export async function readText(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new UsageError(`${what} ${path}: ${systemReason(cause) ?? String(cause)}`, { cause })
  }
}

function text(flags: Values, name: string): string | undefined {
  const value = flags[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
