/** Serves the Manager page for any Admin API: the embedded gateway's or a real Kong's. */
import * as Flags from '@oclif/core/flags'
import { filesRefused } from '../cli/arguments.ts'
import { BaseCommand, type Run } from '../cli/base-command.ts'
import type { CommandGroup } from '../cli/help/groups.ts'
import { journalOf } from '../cli/journal-settings.ts'
import { explainListenError, interrupted, lasting, pageFolder, threadProgram } from '../cli/listening.ts'
import { pageJournalFlags } from '../cli/review-flags.ts'
import { listenAddress } from '../cli/serve-options.ts'
import { UsageError } from '../errors.ts'
import { silent } from '../recipes/silent.ts'

export default class Manager extends BaseCommand {
  static override summary = 'serve the Manager page in front of an Admin API'
  static override description =
    'The page uses the Admin API through this program, with its headers and TLS settings. Listens on this machine only, by default. Ctrl-C stops it.'
  static override group: CommandGroup = 'trial'
  static override isServer = true
  static override examples = [
    'deck manager --kong-addr http://localhost:8001',
    'deck manager --kong-addr https://kong.example:8444 --proxy-addr https://kong.example --headers name:value',
  ]
  static override flags = {
    'manager-listen': Flags.string({
      description: 'address of the page; port 0 chooses a free port',
      helpValue: 'HOST:PORT',
      default: '127.0.0.1:8002',
      env: 'DECK_MANAGER_LISTEN',
    }),
    'proxy-addr': Flags.string({
      description: 'address of the proxy, for requests of the page (default: port 8000 of --kong-addr)',
      helpValue: 'URL',
      env: 'DECK_PROXY_ADDR',
    }),
    ...pageJournalFlags,
  }

  protected override async work({ flags, files, terminal, client }: Run): Promise<number> {
    filesRefused(files)
    const { ping } = await import('../recipes/ping.ts')
    await ping({ client }, { ...terminal, stdout: silent() })
    const { startManager } = await import('../manager/server.ts')
    const manager = await startManager({
      host: '127.0.0.1',
      ...listenAddress('manager-listen', String(flags['manager-listen'])),
      pageFolder: pageFolder(this.program.root),
      threadProgram: threadProgram(this.program.root),
      client: lasting(client),
      proxy: proxyAddress(flags['proxy-addr'], client.address),
      env: terminal.env,
      journal: journalOf(flags, terminal.env),
      log: line => terminal.stderr.write(`${line}\n`),
    }).catch(explainListenError)
    const ended = interrupted(client)
    terminal.stdout.write(`Manager  ${manager.address}\n`)
    await ended
    await manager.close()
    return 0
  }
}

/** @throws UsageError where it is not a URL */
function proxyAddress(given: unknown, admin: string): string {
  if (typeof given !== 'string') return `http://${new URL(admin).hostname}:8000`
  if (/^https?:\/\/./.test(given) && URL.canParse(given)) return given.replace(/\/+$/, '')
  throw new UsageError(`--proxy-addr: ${JSON.stringify(given)} is not a URL`, {
    hint: 'for example http://localhost:8000',
  })
}
