/**
 * ip-restriction: addresses and networks that may or may not pass (sentences: recorded from Kong 2.8 and
 * 3.9).
 */

import { BlockList, isIPv6 } from 'node:net'
import { ipRestriction as schema } from '../../entities/plugins/ip-restriction.ts'
import { configOf, type Handler, type Surroundings } from '../exchange/handler.ts'
import { refused } from './kit/json-answer.ts'

type Matcher = (address: string) => boolean

export function ipRestriction({ version }: Surroundings): Handler {
  return {
    name: schema.name,
    configure: plugin => {
      const { allow, deny, status, message } = configOf(plugin, schema)
      const isDenied = matcher(deny ?? [])
      const isAllowed = matcher(allow ?? [])
      return {
        access: exchange => {
          const { clientIp } = exchange
          const mayPass = isDenied?.(clientIp) !== true && isAllowed?.(clientIp) !== false
          if (mayPass) return
          const said =
            version.major >= 3 ? `IP address not allowed: ${clientIp}` : 'Your IP address is not allowed'
          exchange.exit(refused(status ?? 403, message ?? said))
        },
      }
    },
  }
}

/** Undefined where nothing is listed. */
function matcher(list: readonly string[]): Matcher | undefined {
  if (list.length === 0) return undefined
  const networks = new BlockList()
  for (const text of list) {
    const [address = '', prefix] = text.split('/')
    const family = familyOf(address)
    if (prefix === undefined) networks.addAddress(address, family)
    else networks.addSubnet(address, Number(prefix), family)
  }
  return address => networks.check(address, familyOf(address))
}

const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4')
