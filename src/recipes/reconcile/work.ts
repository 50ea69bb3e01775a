/** How the changes of a run are made: on which gateway, recorded where, and undone after a failure. */

import type { Recording, Work } from '../carry-out.ts'
import { type GatewaySide, wholeReader } from '../gateway-state.ts'
import type { Terminal } from '../terminal.ts'
import type { Comparison } from './comparison.ts'
import type { ReconcileOptions } from './options.ts'

export async function prepareWork(
  options: ReconcileOptions,
  comparison: Comparison,
  gateway: GatewaySide,
  io: Terminal,
): Promise<Work> {
  const { client, schemas, scope } = comparison
  const { delaySeconds, onError, jsonOutput, silenceEvents } = options
  const work: Work = {
    client,
    schemas,
    delaySeconds,
    signal: options.client.signal,
    everything: await wholeReader(gateway, client),
    record: recordingOf(options, comparison),
    continues: onError === 'continue',
  }
  if (onError !== 'rollback') return work
  return {
    ...work,
    undo: async (outcomes, run) => {
      const { undoRun } = await import('../restore/undo-run.ts')
      const silent = jsonOutput === true || silenceEvents === true
      return undoRun({ outcomes, run, work, scope, gateway, silent }, io)
    },
  }
}

const recordingOf = (
  { mode, journal, files }: ReconcileOptions,
  { client, schemas, scope, selectTags, workspace }: Comparison,
): Recording | undefined =>
  journal && {
    settings: journal,
    description: {
      command: mode,
      gateway: client.address,
      workspace,
      kong_version: schemas.version.text,
      select_tags: selectTags,
      scope,
      files,
    },
  }
