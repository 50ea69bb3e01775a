/**
 * How to reach an Admin API: what flags, `DECK_*` and `~/.deck.yaml` come down to. Who reads those is
 * `cli/config.ts`.
 */

export interface TlsSettings {
  /** Takes any certificate of the server. */
  readonly skipVerify?: boolean
  /** The name that the server's certificate must have, where that is not the address's. */
  readonly serverName?: string
  /** PEM texts, not file names. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

export interface ClientSettings {
  /** Base address, e.g. `http://localhost:8001`; slashes at its end do not matter. */
  readonly address: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as `Kong-Admin-Token`; wins over a header of that name. */
  readonly token?: string
  /** For one try of one request. Default: 10. */
  readonly timeoutSeconds?: number
  /** When all must be over, as `Date.now()` counts. Default: never. */
  readonly deadline?: number
  /** Number of concurrent requests. Default: adapts to the gateway (`pace.ts`). */
  readonly parallelism?: number
  readonly tls?: TlsSettings
  /** Prefix of every path but `/`. */
  readonly workspace?: string
  /** Assume that the workspace exists: a token may not be allowed to check. */
  readonly skipWorkspaceCrud?: boolean
  /** From 1 on every request and answer is written to `log`, secrets masked. Default: 0. */
  readonly verbose?: number
  readonly log?: (line: string) => void
  /** Texts that no message and no log has: values of `DECK_` variables, which files may hold. */
  readonly hidden?: readonly string[]
  /** e.g. `deck/0.1.0`. */
  readonly userAgent?: string
  /** Ends what is under way. */
  readonly signal?: AbortSignal
  /**
   * Called before waiting for answers, and what it gives afterwards: until then signals of the system abort
   * `signal` and do not end the process.
   */
  readonly holdSignals?: () => () => void
}
