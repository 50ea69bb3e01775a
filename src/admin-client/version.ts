/** Which Kong this is: `GET /`, which every edition and version answers. */

import { type RouterFlavor, routerFlavors, stockFlavor } from '../entities/expressions/router-flavors.ts'
import type { Version } from '../entities/language/define.ts'
import { isRecord } from '../entities/language/values.ts'
import { parseVersion } from '../entities/language/versions.ts'
import { AdminApiError, ConnectionError, DeckError } from '../errors.ts'
import type { AdminClient } from './client.ts'

export interface GatewayInformation {
  readonly version: Version
  /** `off` where Kong holds its configuration in memory and takes no single changes. */
  readonly database: string | undefined
  /** How its router reads routes. */
  readonly routerFlavor: RouterFlavor
}

const wrongPort = 'check --kong-addr: the Admin API usually listens on port 8001, the proxy on 8000'

/** @throws ConnectionError or DeckError, both beginning with `reading Kong version` */
export async function readVersion(client: AdminClient): Promise<GatewayInformation> {
  const information = await client.get('/').catch((error: unknown) => {
    throw unreadable(error)
  })
  const text = isRecord(information) ? information['version'] : undefined
  if (typeof text !== 'string') {
    throw new DeckError('reading Kong version: the response of GET / has no version', { hint: wrongPort })
  }
  const version = parseVersion(text)
  if (version === undefined) throw new DeckError(`parsing Kong version: unknown Kong version "${text}"`)
  const flavor = setting(information, 'router_flavor')
  return {
    version,
    database: setting(information, 'database'),
    routerFlavor: routerFlavors.find(one => one === flavor) ?? stockFlavor,
  }
}

function unreadable(error: unknown): unknown {
  if (!(error instanceof DeckError)) return error
  const hint = error.hint ?? (error instanceof AdminApiError ? hintFor(error) : undefined)
  return new ConnectionError(`reading Kong version: ${error.message}`, {
    cause: error,
    ...(hint !== undefined && { hint }),
  })
}

function hintFor({ status }: AdminApiError): string | undefined {
  if (status === 401 || status === 403)
    return 'give a token with --kong-admin-token, or headers with --headers'
  return status === 404 ? wrongPort : undefined
}

function setting(information: unknown, name: string): string | undefined {
  const configuration = isRecord(information) ? information['configuration'] : undefined
  const value = isRecord(configuration) ? configuration[name] : undefined
  return typeof value === 'string' ? value : undefined
}
