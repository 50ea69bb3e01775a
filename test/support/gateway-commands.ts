/** Commands of the built program, in one process, against a gateway of one version; both end with the tests. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { Version } from '../../src/entities/language/define.ts'
import { type Gateway, startGateway } from '../../src/gateway/gateway.ts'
import { type Answer, type Host, startHost } from './deck-host.ts'

export interface GatewayCommands {
  /** Of the files that commands read. */
  readonly folder: string
  /** Known when the tests run. */
  readonly gateway: () => Gateway
  /** @param argv without `gateway` */
  run(...argv: readonly string[]): Promise<Answer>
}

export function gatewayCommands(version: Version): GatewayCommands {
  const folder = mkdtempSync(join(tmpdir(), 'deck-commands-'))
  let gateway: Gateway
  let host: Host
  beforeAll(async () => {
    gateway = await startGateway({ adminListen: { port: 0 }, proxyListen: { port: 0 }, version })
    host = startHost()
  })
  afterAll(async () => {
    host.stop()
    await gateway.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    folder,
    gateway: () => gateway,
    run: (...argv) =>
      host.run({
        argv: ['gateway', ...argv, '--kong-addr', gateway.admin],
        cwd: folder,
        env: { PATH: '', HOME: folder },
        stdin: '',
      }),
  }
}
