/**
 * Where a global setting comes from: flag, then `DECK_…` variable, then config file, then default (decK's order). The config file is the one that
 * `--config` names, else `~/.deck.yaml`, `.yml` or `.json`; its keys are the flags' names.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ClientSettings, TlsSettings } from '../admin-client/settings.ts'
import { UsageError } from '../errors.ts'
import { defaultAddress } from './flags.ts'

type Values = Readonly<Record<string, unknown>>

const endings = ['.yaml', '.yml', '.json']

/** @throws UsageError where the named file can not be read, or is no mapping */
export async function readConfigFile(named: string | undefined, home = homedir()): Promise<Values> {
  const path = named ?? endings.map(ending => join(home, `.deck${ending}`)).find(one => existsSync(one))
  if (path === undefined) return {}
  if (!endings.some(ending => path.toLowerCase().endsWith(ending))) {
    throw new UsageError(`config file ${path}: its name must end in ${endings.join(', ')}`)
  }
  const text = await readText(path, 'config file')
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text)
  const [error] = document.errors
  if (error !== undefined) throw new UsageError(`config file ${path}: ${error.message}`)
  const content: unknown = document.toJS()
  if (content === null) return {}
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new UsageError(`config file ${path}: a mapping of flag names to values is expected`)
  }
  return Object.fromEntries(Object.entries(content).map(([name, value]) => [name.toLowerCase(), value]))
}

/** Values of the config file for what neither a flag nor a variable gave. */
export function withConfig(flags: Values, given: ReadonlySet<string>, config: Values): Values {
  const fromFile = Object.entries(config).filter(([name]) => name in flags || !given.has(name))
  return Object.fromEntries([
    ...Object.entries(flags),
    ...fromFile
      .filter(([name]) => !given.has(name))
      .map(([name, value]) => [name, shaped(value, flags[name])]),
  ])
}

/** A list may be written as one text, a number as text: the default's type decides. */
function shaped(value: unknown, like: unknown): unknown {
  if (typeof like === 'number') return Number(value)
  if (Array.isArray(like) && typeof value === 'string') return value.split(',')
  return value
}

/** @throws UsageError naming the flag that is wrong */
export async function clientSettings(flags: Values): Promise<ClientSettings> {
  const address = text(flags, 'kong-addr') ?? ''
  checkAddress(address)
  refuseKonnect(flags, address)
  const workspace = text(flags, 'workspace')
  const token = text(flags, 'kong-admin-token')
  return {
    address: address.replace(/\/+$/, ''),
    headers: { ...(await cookieHeader(flags, address)), ...headersOf(flags) },
    timeoutSeconds: Number(flags['timeout'] ?? 10),
    tls: await tlsSettings(flags),
    verbose: Number(flags['verbose'] ?? 0),
    ...(workspace !== undefined && { workspace }),
    ...(flags['skip-workspace-crud'] === true && { skipWorkspaceCrud: true }),
    ...(token !== undefined && { token }),
  }
}

function checkAddress(address: string): void {
  const hint = 'for example http://localhost:8001'
  if (!URL.canParse(address))
    throw new UsageError(`--kong-addr: ${JSON.stringify(address)} is no URL`, { hint })
  const { protocol } = new URL(address)
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new UsageError(`--kong-addr: ${JSON.stringify(address)} does not begin with http:// or https://`, {
      hint,
    })
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
    if (colon < 1) throw new UsageError(`--headers: ${JSON.stringify(header)} is not of the form name:value`)
    headers[header.slice(0, colon).trim()] = header.slice(colon + 1).trim()
  }
  return headers
}

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

async function readText(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const reason =
      cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? 'no such file' : String(cause)
    throw new UsageError(`${what} ${path}: ${reason}`, { cause })
  }
}

function text(flags: Values, name: string): string | undefined {
  const value = flags[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
