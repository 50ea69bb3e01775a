/** Options that the library's functions share. */
import type { TlsSettings } from '../admin-client/settings.ts'

/** How to reach an Admin API. */
export interface AdminApiOptions {
  /** Base address. Default: `http://localhost:8001`. */
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

export const clientSettings = ({ address = 'http://localhost:8001', ...rest }: AdminApiOptions = {}) => ({
  address,
  ...rest,
})

export const listOf = (files: string | readonly string[]): readonly string[] =>
  typeof files === 'string' ? [files] : files
