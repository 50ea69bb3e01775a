/**
 * Starts the embedded gateway and the Manager in front of it, and is the one place of the command line that
 * imports the gateway; files are synced into it over HTTP, as into any Kong.
 */
import { existsSync } from 'node:fs'
import * as Flags from '@oclif/core/flags'
import { BaseCommand, type Run } from '../cli/base-command.ts'
import type { CommandGroup } from '../cli/help/groups.ts'
import { journalOf } from '../cli/journal-settings.ts'
import {
  explainListenError,
  interrupted,
  lasting,
  pageFolder,
  threadProgram,
  workerProgram,
} from '../cli/listening.ts'
import { pageJournalFlags } from '../cli/review-flags.ts'
import { gatewayOptions, listenAddress } from '../cli/serve-options.ts'
import { routerFlavors, stockFlavor } from '../entities/expressions/router-flavors.ts'
import { DeclarativeError, UsageError } from '../errors.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { Workers } from '../gateway/workers/pool.ts'
import type { Manager } from '../manager/server.ts'
import { writeWhole } from '../recipes/write-whole.ts'

const listen = (flag: string, what: string, port: number) =>
  Flags.string({
    description: `address of ${what}; port 0 chooses a free port`,
    default: `127.0.0.1:${port}`,
    helpValue: 'HOST:PORT',
    env: `DECK_${flag.toUpperCase().replaceAll('-', '_')}`,
  })

/** Requests under way may take so long to end, in milliseconds, before the gateway goes. */
const grace = 10_000

export default class Serve extends BaseCommand {
  static override summary = 'start a gateway for trials: Admin API, proxy and Manager'
  static override group: CommandGroup = 'trial'
  static override isOffline = true
  static override usage = '[FILE...]'
  static override description =
    'Syncs the files before it prints its addresses. Listens on this machine only, by default. Ctrl-C stops it.'
  static override examples = [
    'deck serve kong.yaml',
    'deck serve --kong-version 2.8 --data ./gateway',
    "deck serve kong.yaml --resolve 'httpbin.org:80=127.0.0.1:9001'",
  ]
  static override flags = {
    'admin-listen': listen('admin-listen', 'the Admin API', 8001),
    'admin-allow-origin': Flags.string({
      description: 'web page that may use the Admin API; * allows all (repeatable)',
      helpValue: 'ORIGIN',
      multiple: true,
      delimiter: ',',
      env: 'DECK_ADMIN_ALLOW_ORIGIN',
    }),
    'admin-allow-host': Flags.string({
      description: 'further host name of the Admin API; * allows all (repeatable)',
      helpValue: 'HOST',
      multiple: true,
      delimiter: ',',
      env: 'DECK_ADMIN_ALLOW_HOST',
    }),
    'proxy-listen': listen('proxy-listen', 'the proxy', 8000),
    'proxy-tls-listen': Flags.string({
      description: 'address of the proxy over TLS, or off (default: the port of the proxy + 443)',
      helpValue: 'HOST:PORT',
      env: 'DECK_PROXY_TLS_LISTEN',
    }),
    'manager-listen': listen('manager-listen', 'the Manager page', 8002),
    'kong-version': Flags.string({
      description: 'version of Kong to behave like',
      options: ['2.8', '3.9'],
      default: '3.9',
      env: 'DECK_KONG_VERSION',
    }),
    'router-flavor': Flags.string({
      description: 'router_flavor of Kong',
      options: [...routerFlavors],
      default: stockFlavor,
      env: 'DECK_ROUTER_FLAVOR',
    }),
    'db-less': Flags.boolean({
      description: "run without a database (Kong's database=off)",
      env: 'DECK_DB_LESS',
    }),
    'declarative-config': Flags.string({
      description: "first configuration, in Kong's declarative format; implies --db-less",
      helpValue: 'FILE',
      env: 'DECK_DECLARATIVE_CONFIG',
    }),
    resolve: Flags.string({
      description: 'send traffic for the first address to the second (repeatable)',
      helpValue: 'HOST:PORT=ADDRESS:PORT',
      multiple: true,
      env: 'DECK_RESOLVE',
    }),
    'dns-resolver': Flags.string({
      description: 'name server (repeatable; default: the name servers of the system)',
      helpValue: 'ADDRESS:PORT',
      multiple: true,
      env: 'DECK_DNS_RESOLVER',
    }),
    data: Flags.string({
      description: 'folder for the configuration (default: in memory)',
      helpValue: 'DIR',
      env: 'DECK_DATA',
    }),
    workers: Flags.integer({
      description: 'number of processes of the proxy',
      helpValue: 'N',
      default: 1,
      min: 1,
      max: 64,
      env: 'DECK_WORKERS',
    }),
    ...pageJournalFlags,
    'ready-file': Flags.string({
      description: 'file for the addresses and the process id, written when the gateway is ready',
      helpValue: 'PATH',
      env: 'DECK_READY_FILE',
    }),
  }

  protected override async work(run: Run): Promise<number> {
    const { flags, files, terminal, client } = run
    const log = (line: string) => terminal.stderr.write(`${line}\n`)
    const { startGateway } = await import('../gateway/gateway.ts')
    const managerListen = listenAddress('manager-listen', String(flags['manager-listen']))
    const options = await gatewayOptions(flags, log)
    const journal = journalOf(flags, terminal.env)
    const workers = workersOf(Number(flags['workers']), this.program.root)
    const gateway = await startGateway(options, undefined, workers).catch(async (error: unknown) => {
      if (!(error instanceof DeclarativeError)) return explainListenError(error)
      const { atItsLines } = await import('../cli/declarative-problems.ts')
      const { declarativeConfig: text = '' } = options
      throw await atItsLines(error, { name: String(flags['declarative-config']), text })
    })
    const { admin, proxy, proxyTls } = gateway
    let page: Manager | undefined
    try {
      const { startManager } = await import('../manager/server.ts')
      page = await startManager({
        host: '127.0.0.1',
        ...managerListen,
        pageFolder: pageFolder(this.program.root),
        threadProgram: threadProgram(this.program.root),
        client: lasting(ofGateway(run, gateway)),
        proxy,
        ...(proxyTls !== undefined && { proxyTls }),
        env: terminal.env,
        journal,
        log,
      }).catch(explainListenError)
      const manager = page.address
      gateway.announce({ of: 'admin_gui', host: page.host, port: page.port })
      const code = files.length === 0 ? 0 : await load(run, gateway)
      if (code !== 0) return code
      const ended = interrupted(client)
      const overTls = proxyTls === undefined ? '' : `proxy TLS  ${proxyTls}\n`
      terminal.stdout.write(`Admin API  ${admin}\nproxy      ${proxy}\n${overTls}Manager    ${manager}\n`)
      if (flags['ready-file'] !== undefined) {
        await writeWhole(
          String(flags['ready-file']),
          JSON.stringify({ admin, proxy, ...(proxyTls && { proxyTls }), manager, pid: process.pid }),
        )
      }
      await ended
      return 0
    } finally {
      await page?.close()
      await gateway.close(grace)
    }
  }
}

/** @param root the folder of package.json */
function workersOf(count: number, root: string): Workers | undefined {
  if (count === 1) return undefined
  const program = workerProgram(root)
  if (existsSync(program)) return { count, program }
  throw new UsageError('--workers: the standalone program cannot start worker processes', {
    hint: 'omit --workers, or use the package (npx deck serve --workers …): Bun cannot pass connections to other processes',
  })
}

/** The gateway just started, whatever `--kong-addr` says. */
const ofGateway = ({ client }: Run, { admin }: Gateway) => ({
  ...client,
  address: admin,
  headers: {},
  tls: {},
})

/** Syncs the files into the gateway just started; prints problems only. */
async function load(run: Run, gateway: Gateway): Promise<number> {
  const { files, terminal, flags } = run
  const { reconcile } = await import('../recipes/reconcile/reconcile.ts')
  const { silent } = await import('../recipes/silent.ts')
  return reconcile(
    {
      mode: 'sync',
      files,
      client: ofGateway(run, gateway),
      silenceEvents: true,
      maskEnvironment: flags['no-mask-deck-env-vars-value'] !== true,
    },
    { ...terminal, stdout: silent() },
  )
}
