/** Disks that are full, and that become read-only, below a gateway's data and below what commands write. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { deck, type Served, serve } from '../support/binary.ts'
import { complaints } from '../support/hostile/complaints.ts'
import { noSmallDisk, smallDisk } from '../support/small-disk.ts'
import type { Report } from './report.ts'
import { numbersFrom, seed, times } from './settings.ts'

const put = async ({ admin }: Served, name: string, size: number): Promise<number> => {
  const answer = await fetch(`${admin}/services/${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ host: 'h', tags: ['x'.repeat(size)] }),
  })
  await answer.text()
  return answer.status
}

const names = async ({ admin }: Served): Promise<Set<string>> => {
  const { data } = (await (await fetch(`${admin}/services?size=1000`)).json()) as { data: { name: string }[] }
  return new Set(data.map(({ name }) => name))
}

export async function badDisks(report: Report, part: string): Promise<void> {
  if (noSmallDisk !== undefined) return report.skipped(part, noSmallDisk)
  const below = numbersFrom(seed + 3)
  for (let turn = 0; turn < times(4); turn++) {
    const disk = smallDisk(1024 + 64 * below(8))
    const data = join(disk.folder, 'data')
    const made = new Set<string>()
    const wrong: string[] = []
    let gateway = await serve(['--data', data])
    const write = async (name: string): Promise<number> => {
      const status = await put(gateway, name, 1000 + below(4000))
      if (status < 300) made.add(name)
      report.counted(part, status < 300 ? 'writes taken' : 'writes refused')
      return status
    }
    const check = async (when: string): Promise<void> => {
      const found = await names(gateway).catch(() => new Set<string>())
      const lost = [...made].filter(name => !found.has(name))
      if (lost.length > 0) wrong.push(`${when}: ${lost.length} answered writes are lost`)
    }
    let refused = 0
    for (let count = 0; refused < 10 && count < 2000; count++)
      if ((await write(`a${count}`)) === 500) refused += 1
    if (refused < 10) wrong.push('a full disk refuses nothing')
    await check('full')
    const dumped = await deck([
      'gateway',
      'dump',
      '-o',
      join(disk.folder, 'dump.yaml'),
      '--kong-addr',
      gateway.admin,
    ])
    wrong.push(...complaints({ ...dumped, exit: dumped.code }))
    await gateway.stop(below(2) === 0 ? 'SIGKILL' : 'SIGTERM')
    disk.remount('size=16m')
    gateway = await serve(['--data', data])
    await check('with room again')
    if ((await write('b')) >= 300) wrong.push('no write with room again')
    await gateway.stop()
    disk.remount('ro')
    const refusedStart = await serve(['--data', data]).then(
      async served => {
        await served.stop()
        return 'it starts'
      },
      (error: Error) => error.message,
    )
    if (/bug in deck|^\s+at /m.test(refusedStart)) wrong.push('read-only at the start: called a bug')
    disk.remount('rw')
    const left = readdirSync(disk.folder).filter(name => name.endsWith('.tmp'))
    if (left.length > 0) wrong.push(`left behind: ${left.join(', ')}`)
    report.tried(part, wrong, () => ({ what: `disk ${turn}`, input: '', output: refusedStart }))
    rmSync(data, { recursive: true, force: true })
  }
}
