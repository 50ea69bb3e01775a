/**
 * `deck file route`: what a request would meet on a gateway with these files. The answer is made by
 * `recipes/route.ts`.
 */
import * as Flags from '@oclif/core/flags'
import type { RouterFlavor } from '../../entities/expressions/router-flavors.ts'
import { UsageError } from '../../errors.ts'
import { filesOf } from '../arguments.ts'
import { BaseCommand } from '../base-command.ts'
import type { CommandGroup } from '../help/groups.ts'
import { kongVersionDefault, kongVersionOf } from '../kong-version.ts'
import { routerFlags } from '../router-flags.ts'
import { texts } from './operation.ts'

export class Route extends BaseCommand {
  static override summary = 'show the route, service, plugins and targets of a request'
  static override group: CommandGroup = 'check'
  static override isOffline = true
  static override usage = 'FILE... METHOD URL'
  static override description =
    "Uses the gateway's router, without starting a gateway or sending a request. Exit code 1: no route matches."
  static override examples = [
    'deck file route kong.yaml GET /mock',
    "deck file route kong.yaml POST https://api.example.com/users -H 'x-version: 2' --json",
    'deck file route kong.yaml GET /mock --kong-version 2.8',
  ]
  static override flags = {
    header: { ...texts('header of the request (repeatable)', 'NAME:VALUE'), char: 'H' as const },
    consumer: Flags.string({
      description: 'username, custom_id or id of the consumer that sends the request',
      helpValue: 'CONSUMER',
    }),
    'client-ip': Flags.string({
      description: 'IP address of the client (default: 127.0.0.1)',
      helpValue: 'IP',
    }),
    sni: Flags.string({
      description: 'server name of the TLS handshake (default: the host of an https URL)',
      helpValue: 'NAME',
    }),
    ...kongVersionDefault('version of Kong that routes the request, for example 2.8', 'CHECK'),
    ...routerFlags,
    json: Flags.boolean({ description: 'print one JSON document', helpGroup: 'OUTPUT' }),
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
    const version = kongVersionOf(flags)
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
