/**
 * The package's exports: the functions below the command line, with their types. Nothing in the program
 * imports it.
 */
export {
  AdminApiError,
  ConnectionError,
  DeckError,
  type Diagnostic,
  type Place,
  StateFileError,
  UsageError,
} from '../errors.ts'
export {
  type ApplyOptions,
  apply,
  type EntityChange,
  type Outcome,
  type Plan,
  type PlanOptions,
  plan,
} from './changes.ts'
export { type DumpOptions, dump } from './dump.ts'
export {
  type GatewayOptions,
  type ManagerOptions,
  type RunningGateway,
  type RunningManager,
  startGateway,
  startManager,
} from './gateway.ts'
export type { AdminApiOptions, Environment } from './settings.ts'
export {
  type FileEntity,
  type ReadOptions,
  readStateFile,
  type StateFile,
  type ValidateOptions,
  validate,
} from './state-files.ts'
