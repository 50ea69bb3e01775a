/** How the changes of a run are made: on which gateway, recorded where, and undone after a failure. */

import type { Plan } from '../../plan/plan.ts'
import type { Work } from '../carry-out.ts'
import { type GatewaySide, wholeReader } from '../gateway-state.ts'
import { recordingOf } from '../recording.ts'
import type { Terminal } from '../terminal.ts'
import type { Comparison } from './comparison.ts'
import type { ReconcileOptions } from './options.ts'

export async function prepareWork(
  { changes }: Plan,
  options: ReconcileOptions,
  comparison: Comparison,
  gateway: GatewaySide,
  io: Terminal,
): Promise<Work> {
  const { client, schemas, scope } = comparison
  const { delaySeconds, onError, jsonOutput, silenceEvents } = options
  const everything = await wholeReader(gateway, client)
  const { mode, files, journal, onRecorded } = options
  const run = { ...comparison, command: mode, address: client.address, files, onRecorded }
  const work: Work = {
    client,
    schemas,
    delaySeconds,
    signal: options.client.signal,
    everything,
    record: recordingOf(journal, run, { ...comparison, changes, everything }),
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
