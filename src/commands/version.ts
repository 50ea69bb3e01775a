import * as Flags from '@oclif/core/flags'
import { filesRefused } from '../cli/arguments.ts'
import { BaseCommand, type Run } from '../cli/base-command.ts'

export default class Version extends BaseCommand {
  static override summary = 'print the version'
  static override isOffline = true
  static override examples = ['deck version', 'deck version --json']
  static override flags = {
    json: Flags.boolean({ description: 'print one JSON document: version, runtime and platform' }),
  }

  protected override async work({ flags, files, terminal }: Run): Promise<number> {
    filesRefused(files)
    const { version } = this.program
    terminal.stdout.write(flags['json'] === true ? `${asJson(version)}\n` : `deck v${version}\n`)
    return 0
  }
}

/** The standalone program runs on Bun, the package on Node. */
function asJson(version: string): string {
  const { bun, node } = process.versions
  const runtime = bun === undefined ? { name: 'node', version: node } : { name: 'bun', version: bun }
  return JSON.stringify({ version, runtime, platform: `${process.platform}-${process.arch}` })
}
