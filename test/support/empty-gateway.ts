/**
 * A gateway for tests that create and delete entities of every kind: an embedded one, or the one that
 * DECK_REAL_KONG names, where that has no entities.
 */
import { type AdminClient, createClient } from '../../src/admin-client/client.ts'
import { fetchState } from '../../src/admin-client/fetch-state.ts'
import { readVersion } from '../../src/admin-client/version.ts'
import type { Version } from '../../src/entities/language/define.ts'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { startGateway } from '../../src/gateway/gateway.ts'

interface EmptyGateway {
  readonly client: AdminClient
  readonly version: Version
  close(): Promise<void>
}

export async function emptyGateway(): Promise<EmptyGateway> {
  const address = process.env['DECK_REAL_KONG']
  return address === undefined || address === '' ? embedded() : real(address)
}

async function embedded(): Promise<EmptyGateway> {
  const version = parseVersion('3.9.1')
  if (version === undefined) throw new Error('3.9.1 is a version')
  const gateway = await startGateway({ adminListen: { port: 0 }, proxyListen: { port: 0 }, version })
  const client = await createClient({ address: gateway.admin, parallelism: 4 })
  return {
    client,
    version,
    close: async () => {
      client.close()
      await gateway.close()
    },
  }
}

/** @throws Error where there is anything that the tests would delete */
async function real(address: string): Promise<EmptyGateway> {
  const client = await createClient({ address, parallelism: 4 })
  const { version } = await readVersion(client)
  const { size } = await fetchState(
    client,
    createSchemas(version, () => undefined),
  )
  if (size > 0) {
    client.close()
    throw new Error(
      `DECK_REAL_KONG: ${address} has ${size} entities; these tests delete all, so it must be empty`,
    )
  }
  return { client, version, close: async () => client.close() }
}
