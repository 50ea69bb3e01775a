/**
 * A proxy in front of the Admin API that loses requests and answers, refuses, and answers in the gateway's
 * place.
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newFolder, serve } from '../support/binary.ts'
import { startHost } from '../support/deck-host.ts'
import { type Fault, faultyRelay } from '../support/faulty-relay.ts'
import { complaints } from '../support/hostile/complaints.ts'
import type { Report } from './report.ts'
import { numbersFrom, seed, times } from './settings.ts'

const faults: readonly Fault[] = [
  { what: 'lost-request' },
  { what: 'lost-answer' },
  ...[500, 502, 503, 429].map(
    status => ({ what: 'status', status, headers: { 'retry-after': '0' } }) as const,
  ),
  { what: 'status', status: 400 },
  { what: 'other-answer', status: 200, body: '' },
  { what: 'other-answer', status: 200, body: '{}' },
  { what: 'other-answer', status: 200, body: '{"data":[],"next":null}' },
  { what: 'other-answer', status: 204, body: '' },
  { what: 'other-answer', status: 500, body: '{"message":"An unexpected error occurred"}' },
  { what: 'delay', milliseconds: 30 },
]

/** Two states that differ in every kind of change. */
export function stateText(turn: number): string {
  const services = Array.from({ length: 12 }, (_, index) => index).filter(index => index % 3 !== turn % 3)
  return JSON.stringify({
    _format_version: '3.0',
    services: services.map(index => ({
      name: `s${index}`,
      host: `h${turn}.example`,
      routes: [{ name: `r${index}`, paths: [`/${turn}/${index}`] }],
      plugins: [{ name: 'key-auth', config: { key_names: [`k${turn}`] } }],
    })),
    consumers: [{ username: `c${turn % 2}`, keyauth_credentials: [{ key: `key-${turn}` }] }],
    upstreams: [{ name: 'u', targets: [{ target: `10.0.0.${turn % 250}:80` }] }],
  })
}

export async function faultyNetwork(report: Report, part: string): Promise<void> {
  const below = numbersFrom(seed)
  const gateway = await serve()
  const host = startHost()
  const folder = newFolder()
  const env = { HOME: folder, XDG_STATE_HOME: folder }
  const run = (...argv: string[]) => host.run({ argv, cwd: folder, env, stdin: '' })
  let isHostile = false
  const relay = await faultyRelay(gateway.admin, ({ method }) => {
    // Some faults make every run fail at its first requests; most runs get further.
    if (!isHostile || below(method === 'GET' ? 60 : 8) !== 0) return undefined
    report.counted(part, 'faults')
    return faults[below(faults.length)]
  })
  for (let turn = 0; turn < times(30); turn++) {
    const file = join(folder, 'kong.json')
    writeFileSync(file, stateText(turn))
    isHostile = true
    const result = await run('sync', '-s', file, '--yes', '--kong-addr', relay.address)
    isHostile = false
    const wrong = complaints(result)
    const after = await run('diff', '-s', file, '--non-zero-exit-code', '--kong-addr', gateway.admin)
    if (result.exit === 0 && after.exit !== 0) wrong.push('exit 0, and the gateway is not what the file says')
    const again = await run('sync', '-s', file, '--yes', '--kong-addr', gateway.admin)
    const end = await run('diff', '-s', file, '--non-zero-exit-code', '--kong-addr', gateway.admin)
    if (again.exit !== 0 || end.exit !== 0) wrong.push('the same sync, run again, does not reach the state')
    report.tried(part, wrong, () => ({
      what: `sync ${turn}`,
      input: stateText(turn),
      output: result.stderr + after.stdout + again.stderr,
    }))
  }
  host.stop()
  await gateway.stop()
}
