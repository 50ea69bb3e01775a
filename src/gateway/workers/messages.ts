/** Messages between the first process and its workers; values are copied as by `structuredClone`. */
import type { DataPlaneOptions, TargetTraffic } from '../data-plane.ts'
import type { Traffic } from '../exchange/traffic.ts'
import type { Counters, Report } from '../health/health.ts'
import type { PeerPlace } from '../health/keeper.ts'
import type { CertificateAndKey } from '../tls/self-signed.ts'
import type { EntityChanges } from './entity-changes.ts'

/** Peers that are not as healthy as new ones. */
export type HealthBoard = readonly (readonly [PeerPlace, Counters])[]

/** A call of a method of a shared object; without an id no result is sent. */
export interface Call {
  readonly id?: number
  readonly name: string
  readonly method: string
  readonly args: readonly unknown[]
}

/** The result of a call: a value, or the reason of a failure. */
export type Result = { readonly id: number } & ({ readonly value: unknown } | { readonly problem: string })

export type ToWorker =
  | {
      readonly what: 'start'
      readonly options: Omit<DataPlaneOptions, 'log' | 'records' | 'together'>
      readonly fallback: CertificateAndKey
    }
  /** To be acted on from now on; both whole or as far as they changed, with the number of this state. */
  | {
      readonly what: 'state'
      readonly at: number
      readonly changes: EntityChanges
      readonly health: HealthBoard
    }
  /** Its socket comes with it. */
  | { readonly what: 'connection'; readonly id: number; readonly isTls: boolean }
  | { readonly what: 'results'; readonly results: readonly Result[] }
  | { readonly what: 'close'; readonly graceMs: number }

export type FromWorker =
  | { readonly what: 'acting'; readonly at: number }
  /** The connection is the worker's from now on. */
  | { readonly what: 'took'; readonly id: number }
  | { readonly what: 'calls'; readonly calls: readonly Call[] }
  | { readonly what: 'report'; readonly place: PeerPlace; readonly report: Report }
  | { readonly what: 'figures'; readonly figures: Figures }
  | { readonly what: 'log'; readonly line: string }

/** A worker's counts since its start. */
export interface Figures {
  readonly traffic: Traffic
  readonly targets: ReadonlyMap<string, TargetTraffic>
  readonly heapUsed: number
}
