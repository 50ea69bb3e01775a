/** `deck file openapi2kong`: an OpenAPI document as a state file. How is in `transform/openapi/`. */
import * as Flags from '@oclif/core/flags'
import { printDiagnostics } from '../../recipes/report-diagnostics.ts'
import { BaseCommand, type Run } from '../base-command.ts'
import type { CommandGroup } from '../help/groups.ts'
import { inputFlags, outputFlags, outputFormat, writeOutput } from './operation.ts'
import { readOpenApi } from './read-openapi.ts'

/** Flags of all conversions of OpenAPI documents. */
export const documentFlags = {
  spec: { ...inputFlags.state, description: 'file with the OpenAPI document; - is standard input' },
  ...outputFlags,
  'uuid-base': Flags.string({
    description: 'base of all names and ids (default: x-kong-name or the title)',
    helpValue: 'NAME',
  }),
  'select-tag': Flags.string({
    description: 'tags for every entity (default: x-kong-tags)',
    helpValue: 'TAG,...',
    multiple: true,
  }),
  'no-id': Flags.boolean({ description: 'leave out ids' }),
} as const

export class OpenApiToKong extends BaseCommand {
  static override summary = 'convert an OpenAPI 3 document to a state file'
  static override description =
    'Servers become services, and operations become routes. x-kong-… fields of the document add plugins, defaults, names and tags.'
  static override group: CommandGroup = 'change'
  static override isOffline = true
  static override examples = [
    'deck file openapi2kong -s api.yaml -o kong.yaml',
    'deck file openapi2kong --select-tag team-a < api.yaml',
  ]
  static override flags = {
    ...documentFlags,
    'inso-compatible': Flags.boolean({
      char: 'i',
      description: 'make names as Inso does, and leave out ids',
    }),
    'generate-security': Flags.boolean({
      description: 'convert security requirements to openid-connect plugins (Kong Enterprise)',
    }),
    'ignore-security-errors': Flags.boolean({
      description: 'leave out security requirements that cannot be converted',
    }),
    'ignore-circular-refs': Flags.boolean({
      description: 'accept schemas that contain themselves through a list or a choice',
    }),
    'skip-route-by-header': Flags.boolean({
      description: 'make one route for each operation, whatever its header parameters are',
    }),
    'reuse-services': Flags.boolean({ description: 'make one service for all paths with the same servers' }),
  }

  protected override async work(run: Run): Promise<number> {
    const { flags } = run
    outputFormat(flags)
    const is = (name: keyof typeof OpenApiToKong.flags): boolean => flags[name] === true
    const { fromOpenApi } = await import('../../transform/openapi/openapi-to-kong.ts')
    const tags = flags['select-tag'] as string[] | undefined
    const name = flags['uuid-base']
    const bundle = await readOpenApi(String(flags['spec']), run)
    const content = fromOpenApi(bundle, {
      ...(tags !== undefined && { tags }),
      ...(typeof name === 'string' && { name }),
      insoCompatible: is('inso-compatible'),
      withIds: !is('no-id') && !is('inso-compatible'),
      security: !is('generate-security') ? 'left' : is('ignore-security-errors') ? 'lenient' : 'strict',
      ignoreCircular: is('ignore-circular-refs'),
      byHeader: !is('skip-route-by-header'),
      reuseServices: is('reuse-services'),
    })
    printDiagnostics(bundle.problems.found(), [], run.terminal)
    await writeOutput(content, run)
    return 0
  }
}
