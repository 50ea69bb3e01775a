/** Serves the Manager page for any Admin API: the embedded gateway's or a real Kong's. */
import * as Flags from '@oclif/core/flags'
import { filesRefused } from '../cli/arguments.ts'
import { BaseCommand, type Run } from '../cli/base-command.ts'
import { explainListenError, interrupted, lasting, pageFolder, threadProgram } from '../cli/listening.ts'
import { listenAddress } from '../cli/serve-options.ts'
import { UsageError } from '../errors.ts'
import { silent } from '../recipes/silent.ts'

export default class Manager extends BaseCommand {
  static override summary = 'serve the Manager page for a Kong'
  static override description =
    'The page reaches the Admin API through this program, with its --headers and TLS settings. By default it listens on this machine only. Ctrl-C stops it.'
  static override examples = [
    '<%= config.bin %> manager --kong-addr http://localhost:8001',
    '<%= config.bin %> manager --kong-addr https://kong.example:8444 --proxy-addr https://kong.example --headers name:value',
  ]
  static override flags = {
    'manager-listen': Flags.string({
      description: 'address of the page; port 0 is any free one',
      default: '127.0.0.1:8002',
      env: 'DECK_MANAGER_LISTEN',
    }),
    'proxy-addr': Flags.string({
      description:
        "HTTP address of the proxy, for the page's requests to try; port 8000 of --kong-addr's host when left out",
      env: 'DECK_PROXY_ADDR',
    }),
  }

  protected override async work({ flags, files, terminal, client }: Run): Promise<number> {
    filesRefused(files)
    const { ping } = await import('../recipes/ping.ts')
    await ping({ client }, { ...terminal, stdout: silent() })
    const { startManager } = await import('../manager/server.ts')
    const manager = await startManager({
      host: '127.0.0.1',
      ...listenAddress('manager-listen', String(flags['manager-listen'])),
      pageFolder: pageFolder(this.config.options.root),
      threadProgram: threadProgram(this.config.options.root),
      client: lasting(client),
      proxy: proxyAddress(flags['proxy-addr'], client.address),
      env: terminal.env,
      log: line => terminal.stderr.write(`${line}\n`),
    }).catch(explainListenError)
    const ended = interrupted(client)
    terminal.stdout.write(`Manager  ${manager.address}\n`)
    await ended
    await manager.close()
    return 0
  }
}

/** @throws UsageError where it is no URL */
function proxyAddress(given: unknown, admin: string): string {
  if (typeof given !== 'string') return `http://${new URL(admin).hostname}:8000`
  if (/^https?:\/\/./.test(given) && URL.canParse(given)) return given.replace(/\/+$/, '')
  throw new UsageError(`--proxy-addr: ${JSON.stringify(given)} is no URL`, {
    hint: 'for example http://localhost:8000',
  })
}
