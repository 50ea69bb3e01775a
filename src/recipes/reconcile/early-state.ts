/**
 * The gateway's state, read while the files are read: on the guess that they name no workspace, no scope and no
 * tags of their own.
 */
import type { AdminClient } from '../../admin-client/client.ts'
import { everyKind } from '../../entities/enterprise.ts'
import type { Loaded } from '../../file/load.ts'
import { exclusionOf } from '../../state/select.ts'
import type { State } from '../../state/state.ts'
import type { GatewaySide, Selection } from '../gateway-state.ts'
import type { ReconcileOptions } from './options.ts'
import { hideFilled } from './read-files.ts'

export interface EarlyState {
  /** Called as soon as the files are read: a request that is not sent yet uses this selection. */
  correct(selection: Selection): void
  /** The early state if the guess was right, else read again. */
  get(client: AdminClient): Promise<State>
}

export function readEarly(
  { client: settings, selectTags = [], scope = {} }: ReconcileOptions,
  gateway: GatewaySide,
  reading: Promise<Loaded>,
): EarlyState {
  let selection: Selection = { selectTags, scope }
  let guess: Selection | undefined
  const early = gateway.information.then(async () => {
    if ((settings.verbose ?? 0) > 0) hideFilled(await reading, gateway.client)
    guess = selection
    return gateway.state(selection)
  })
  early.catch(() => {}) // reported where it is awaited
  return {
    correct: known => {
      selection = known
    },
    get: client => {
      const isRight = client === gateway.client && (guess === undefined || isSame(guess, selection))
      return isRight ? early : gateway.state(selection, client)
    },
  }
}

/** Whether two selections have the same entities. */
function isSame(one: Selection, other: Selection): boolean {
  const [left, right] = [exclusionOf(one.scope), exclusionOf(other.scope)]
  const hasSameTags =
    one.selectTags.length === other.selectTags.length &&
    one.selectTags.every(tag => other.selectTags.includes(tag))
  return hasSameTags && everyKind.every(definition => left(definition) === right(definition))
}
