/** The address of an Admin API as it is typed, which may hold a password. */
import { UsageError } from '../errors.ts'

export interface ParsedAddress {
  /** Without credentials and without slashes at its end. */
  readonly address: string
  /** As headers, so that no message and no log has the password in an address. */
  readonly credentials: Readonly<Record<string, string>>
}

/** @param name of the setting, for messages; @throws UsageError without what may be a password */
export function parseAddress(given: string, name: string): ParsedAddress {
  const hint = 'for example http://localhost:8001'
  if (!URL.canParse(given)) throw new UsageError(`${name}: ${shown(given)} is not a URL`, { hint })
  const { protocol, username, password } = new URL(given)
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new UsageError(`${name}: ${shown(given)} does not begin with http:// or https://`, { hint })
  const address = given.replace(/^(\w+:\/\/)[^/]*@/, '$1').replace(/\/+$/, '')
  if (username === '' && password === '') return { address, credentials: {} }
  const pair = `${decoded(username)}:${decoded(password)}`
  return {
    address,
    credentials: { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
  }
}

/** Whatever stands before an `@` may be a password. */
const shown = (address: string): string => JSON.stringify(address.replace(/^(\w+:\/\/)?.*@/s, '$1[masked]@'))

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
