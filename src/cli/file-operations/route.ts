/**
 * `deck file route`: what a request would meet on a gateway with these files. The answer is made by
 * `recipes/route.ts`.
 */
import * as Flags from '@oclif/core/flags'
import type { RouterFlavor } from '../../entities/expressions/router-flavors.ts'
import { parseVersion } from '../../entities/language/versions.ts'
import { UsageError } from '../../errors.ts'
import { filesOf } from '../arguments.ts'
import { BaseCommand, usageOf } from '../base-command.ts'
import { routerFlags } from '../router-flags.ts'
import { texts } from './operation.ts'

export class Route extends BaseCommand {
  static override summary = 'say which route, service, plugins and targets a request would meet'
  static override usage = usageOf('FILE... METHOD URL')
  static override description =
    "The gateway's own router decides; nothing is started and nothing is sent. Exit code 1: no route matches."
  static override examples = [
    '<%= config.bin %> file route kong.yaml GET /mock',
    "<%= config.bin %> file route kong.yaml POST https://api.example.com/users -H 'x-version: 2' --json",
    '<%= config.bin %> file route kong.yaml GET /mock --kong-version 2.8',
  ]
  static override flags = {
    header: { ...texts('header of the request, as name: value (repeatable)'), char: 'H' as const },
    consumer: Flags.string({ description: 'consumer that sends the request: username, custom_id or id' }),
    'client-ip': Flags.string({ description: 'address of the client (default: 127.0.0.1)' }),
    sni: Flags.string({
      description: 'server name of the TLS handshake (default: the host of an https URL)',
    }),
    'kong-version': Flags.string({
      description: 'Kong that routes the request, for example 2.8',
      default: '3.9',
      env: 'DECK_KONG_VERSION',
    }),
    ...routerFlags,
    json: Flags.boolean({ description: 'report as one JSON document' }),
  }

  protected override async work({
    flags,
    files,
    terminal,
  }: Parameters<BaseCommand['work']>[0]): Promise<number> {
    const [method, url] = files.slice(-2)
    if (method === undefined || url === undefined)
      throw new UsageError('a method and a URL are missing', {
        hint: 'for example: deck file route kong.yaml GET /',
      })
    const text = String(flags['kong-version'])
    const version = parseVersion(text)
    if (version === undefined || (version.major === 2 && version.minor < 8) || version.major < 2)
      throw new UsageError(`--kong-version: ${JSON.stringify(text)} is not a version of Kong from 2.8 on`)
    const { route } = await import('../../recipes/route.ts')
    return route(
      {
        files: filesOf(flags, files.slice(0, -2), 'long'),
        request: {
          method,
          url,
          headers: (flags['header'] as string[] | undefined) ?? [],
          clientIp: flags['client-ip'] as string | undefined,
          sni: flags['sni'] as string | undefined,
        },
        version,
        flavor: String(flags['flavor']) as RouterFlavor,
        consumer: flags['consumer'] as string | undefined,
        json: flags['json'] === true,
      },
      terminal,
    )
  }
}
