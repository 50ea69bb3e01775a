/**
 * Kills: a run that is cut off at any moment goes on from there, and a gateway has every write that it has
 * answered.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { deck, newFolder, serve, startDeck } from '../support/binary.ts'
import { complaints } from '../support/hostile/complaints.ts'
import { stateText } from './faulty-network.ts'
import type { Report } from './report.ts'
import { numbersFrom, seed, times } from './settings.ts'

export async function killedCommands(report: Report, part: string): Promise<void> {
  const below = numbersFrom(seed + 1)
  const gateway = await serve()
  const folder = newFolder()
  const file = join(folder, 'kong.json')
  const options = { env: { XDG_STATE_HOME: folder } }
  const argv = ['gateway', 'sync', file, '--yes', '--kong-addr', gateway.admin, '--parallelism', '1']
  for (let turn = 0; turn < times(15); turn++) {
    writeFileSync(file, stateText(turn))
    const began = performance.now()
    const running = startDeck(argv, options)
    // Not before the program has begun, or nothing is cut off.
    await wait(150 + below(600))
    running.child.kill('SIGKILL')
    const cut = await running.result
    if (cut.code === null) report.counted(part, 'runs cut off')
    const again = await deck(argv, options)
    const wrong = complaints({ ...again, exit: again.code })
    const end = await deck(
      ['gateway', 'diff', file, '--non-zero-exit-code', '--kong-addr', gateway.admin],
      options,
    )
    if (again.code !== 0 || end.code !== 0) wrong.push('the same sync, run again, does not reach the state')
    report.tried(part, wrong, () => ({
      what: `kill ${turn} after ${Math.round(performance.now() - began)} ms`,
      input: stateText(turn),
      output: again.stderr + end.stdout,
    }))
  }
  await gateway.stop()
}

export async function killedGateways(report: Report, part: string): Promise<void> {
  const below = numbersFrom(seed + 2)
  const data = join(newFolder(), 'data')
  const answered = new Map<string, string>()
  for (let turn = 0; turn < times(12); turn++) {
    const gateway = await serve(['--data', data])
    const listed = await fetch(`${gateway.admin}/services?size=1000`).then(answer => answer.json())
    const found = new Map(
      (listed as { data: { name: string; host: string }[] }).data.map(({ name, host }) => [name, host]),
    )
    const lost = [...answered].filter(([name, host]) => found.get(name) !== host)
    report.tried(part, lost.length === 0 ? [] : [`${lost.length} answered writes are lost`], () => ({
      what: `start ${turn}`,
      input: lost.slice(0, 5).join(' '),
      output: '',
    }))
    let isOver = false
    const writer = async (own: number): Promise<void> => {
      for (let count = 0; !isOver; count++) {
        const [name, host] = [`w${own}-${count % 20}`, `h${turn}-${count}.example`]
        // A write that is not answered may have happened.
        answered.delete(name)
        const answer = await fetch(`${gateway.admin}/services/${name}`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ host }),
        }).catch(() => undefined)
        if (answer?.ok !== true) return
        answered.set(name, host)
        report.counted(part, 'answered writes')
      }
    }
    const writers = Array.from({ length: 8 }, (_, own) => writer(own))
    await wait(200 + below(800))
    await gateway.stop('SIGKILL')
    isOver = true
    await Promise.all(writers)
  }
}
