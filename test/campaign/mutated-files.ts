/** Mutated files to each command that reads one. @see test/cli/mutated-files.test.ts, the short form */
import { writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { parse } from 'yaml'
import { newFolder, serve } from '../support/binary.ts'
import { type Host, startHost } from '../support/deck-host.ts'
import { complaints } from '../support/hostile/complaints.ts'
import { gatewaySorts, hostileFiles } from '../support/hostile/gateway-seeds.ts'
import { mutatedFile } from '../support/hostile/mutations.ts'
import { sorts } from '../support/hostile/seeds.ts'
import type { Report } from './report.ts'
import { seed, times } from './settings.ts'

/** A command that takes longer is a failure. */
const longest = 20_000

export async function mutatedFiles(report: Report, part: string): Promise<void> {
  const folder = newFolder()
  const gateway = await serve()
  const paths = hostileFiles(folder)
  let host: Host = startHost()
  const env = { HOME: folder, XDG_STATE_HOME: folder, DECK_A: 'a', DECK_B: 'b' }
  const onGateway = await gatewaySorts(folder, gateway)
  for (const { name, text, commands, parse: read = parse } of [...sorts, ...onGateway]) {
    for (const [index, command] of commands.entries()) {
      for (const file of fc.sample(mutatedFile(text, read), {
        numRuns: times(60),
        seed: seed + index,
      })) {
        writeFileSync(paths.mutated, file)
        const argv = command(paths)
        const result = await within(host.run({ argv, cwd: folder, env, stdin: '' })).catch((error: Error) => {
          host.stop()
          host = startHost()
          return { exit: error.message, stdout: '', stderr: '' }
        })
        report.tried(part, complaints(result), () => ({
          what: `${name}: deck ${argv.filter(word => !word.startsWith(folder)).join(' ')}`,
          input: file,
          output: result.stderr,
        }))
      }
    }
  }
  host.stop()
  await gateway.stop()
}

function within<T>(promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no end')), longest)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
