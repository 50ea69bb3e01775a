/** Options that the library's functions share. */
import { parseAddress } from '../admin-client/address.ts'
import type { ClientSettings, TlsSettings } from '../admin-client/settings.ts'

/** How to reach an Admin API. */
export interface AdminApiOptions {
  /** Base address, perhaps with `user:password@`. Default: `http://localhost:8001`. */
  readonly address?: string
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as `Kong-Admin-Token`. */
  readonly token?: string
  /** For one attempt of one request. Default: 10. */
  readonly timeoutSeconds?: number
  /** Requests at once. Default: as many as the gateway answers quickly. */
  readonly parallelism?: number
  /** PEM texts and switches for an Admin API over TLS. */
  readonly tls?: TlsSettings
  /** Workspace of Kong Enterprise. Default: the file's, else `default`. */
  readonly workspace?: string
  /** Ends the requests under way, and begins no further change. */
  readonly signal?: AbortSignal
}

/** Values for `${{ env "DECK_X" }}` in state files. */
export type Environment = Readonly<Record<string, string | undefined>>

/** @throws UsageError for an address that is not a URL of HTTP */
export function clientSettings({
  address: given = 'http://localhost:8001',
  headers,
  ...rest
}: AdminApiOptions = {}): ClientSettings {
  const { address, credentials } = parseAddress(given, 'address')
  return { address, headers: { ...credentials, ...headers }, ...rest }
}

export const listOf = (files: string | readonly string[]): readonly string[] =>
  typeof files === 'string' ? [files] : files
