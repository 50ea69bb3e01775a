/** The embedded gateway and the Manager, for programs and their tests. */
import { join } from 'node:path'
import { parseVersion } from '../entities/language/versions.ts'
import { hostAndPort } from '../entities/text/addresses.ts'
import { UsageError } from '../errors.ts'
import { apply } from './changes.ts'
import { type AdminApiOptions, clientSettings, type Environment, listOf } from './settings.ts'

export interface GatewayOptions {
  /** State files that it begins with: paths of files or folders. Default: nothing. */
  readonly config?: string | readonly string[]
  /** Values for `${{ env "DECK_X" }}` in them. Default: `process.env`. */
  readonly env?: Environment
  /** The Kong that it behaves as: `2.8` or `3.9`. Default: `3.9`. */
  readonly kongVersion?: string
  /** Maps `host:port` of services and targets to `host:port` of other servers, e.g. a test's own one. */
  readonly resolve?: Readonly<Record<string, string>>
  /** Ports of 127.0.0.1; 0 is any free one. Default: 0 for both. */
  readonly adminPort?: number
  readonly proxyPort?: number
  /** Folder to keep the configuration in. Default: in memory. */
  readonly dataDir?: string
  readonly log?: (line: string) => void
}

export interface RunningGateway extends AsyncDisposable {
  /** Base address of the Admin API, e.g. `http://127.0.0.1:41234`. */
  readonly admin: string
  /** Base address of the proxy. */
  readonly proxy: string
  /** Waits for requests under way, one second at most. */
  close(): Promise<void>
}

/**
 * Starts a gateway that behaves as Kong does, on free ports of this machine.
 *
 * @throws StateFileError with every problem of `config`; UsageError; the system's error where a port is in
 *   use
 * @example await using gateway = await startGateway({ config: 'kong.yaml' })
 */
export async function startGateway(options: GatewayOptions = {}): Promise<RunningGateway> {
  const { config, env, kongVersion = '3.9', adminPort = 0, proxyPort = 0, dataDir, log } = options
  const version = parseVersion(kongVersion)
  if (version === undefined || !['2.8', '3.9'].includes(`${version.major}.${version.minor}`)) {
    throw new UsageError(`the gateway cannot behave as Kong "${kongVersion}"`, { hint: 'use 2.8 or 3.9' })
  }
  const { startGateway: start } = await import('../gateway/gateway.ts')
  const gateway = await start({
    adminListen: { host: '127.0.0.1', port: adminPort },
    proxyListen: { host: '127.0.0.1', port: proxyPort },
    version,
    resolve: new Map(
      Object.entries(options.resolve ?? {}).map(([from, to]) => [from.toLowerCase(), addressOf(to)]),
    ),
    ...(dataDir !== undefined && { dataDir }),
    ...(log && { log }),
  })
  const close = () => gateway.close()
  const running = { admin: gateway.admin, proxy: gateway.proxy, close, [Symbol.asyncDispose]: close }
  try {
    if (config !== undefined) await load(config, gateway.admin, env)
    return running
  } catch (error) {
    await close()
    throw error
  }
}

function addressOf(text: string) {
  const address = hostAndPort(text)
  if (address !== undefined) return address
  throw new UsageError(`resolve: "${text}" is no host:port`, { hint: 'for example 127.0.0.1:9001' })
}

async function load(config: string | readonly string[], address: string, env: Environment | undefined) {
  for await (const { error } of apply({ files: listOf(config), address, ...(env && { env }) })) {
    if (error !== undefined) throw error
  }
}

export interface ManagerOptions extends AdminApiOptions {
  /** Base address of the proxy, for the page's requests. Default: `http://localhost:8000`. */
  readonly proxy?: string
  /** Port on 127.0.0.1; 0 is any free one. Default: 8002. */
  readonly port?: number
  readonly log?: (line: string) => void
}

export interface RunningManager extends AsyncDisposable {
  /** e.g. `http://127.0.0.1:8002` */
  readonly address: string
  close(): Promise<void>
}

/** Serves the Manager page for any Admin API. @throws the system's error where the port is in use */
export async function startManager(options: ManagerOptions = {}): Promise<RunningManager> {
  const { proxy = 'http://localhost:8000', port = 8002, log = () => {} } = options
  const { startManager: start } = await import('../manager/server.ts')
  const { signal: _signal, ...client } = clientSettings(options)
  const { address, close } = await start({
    host: '127.0.0.1',
    port,
    // Beside the bundle that this file is part of.
    pageFolder: join(__dirname, 'manager'),
    threadProgram: join(__dirname, 'thread.cjs'),
    client,
    proxy,
    env: process.env,
    log,
  })
  return { address, close, [Symbol.asyncDispose]: close }
}
