/** `deck file openapi2kong`: an OpenAPI document as a state file. How is in `transform/openapi/`. */
import * as Flags from '@oclif/core/flags'
import { tellDiagnostics } from '../../recipes/report-diagnostics.ts'
import { BaseCommand, type Run } from '../base-command.ts'
import { outputFlags, outputFormat, writeOutput } from './operation.ts'
import { readOpenApi } from './read-openapi.ts'

/** Those of everything that is made of an OpenAPI document. */
export const documentFlags = {
  spec: Flags.string({ char: 's', default: '-', description: 'OpenAPI document; - is standard input' }),
  ...outputFlags,
  'uuid-base': Flags.string({
    description: 'name that names and ids are made of; else x-kong-name or the title',
  }),
  'select-tag': Flags.string({
    description: 'tags for every entity, with commas; else x-kong-tags',
    multiple: true,
  }),
  'no-id': Flags.boolean({ description: 'leave ids out' }),
} as const

export class OpenApiToKong extends BaseCommand {
  static override summary = 'make a state file of an OpenAPI 3 document'
  static override description =
    'Services are made of servers, routes of operations; x-kong-… in the document says the rest (plugins, defaults, names, tags).'
  static override examples = [
    '<%= config.bin %> file openapi2kong -s api.yaml -o kong.yaml',
    '<%= config.bin %> file openapi2kong --select-tag team-a < api.yaml',
  ]
  static override flags = {
    ...documentFlags,
    'inso-compatible': Flags.boolean({ char: 'i', description: 'names as Inso makes them, and no ids' }),
    'generate-security': Flags.boolean({
      description: 'make openid-connect plugins of security requirements (Kong Enterprise)',
    }),
    'ignore-security-errors': Flags.boolean({
      description: 'leave out security requirements that no plugin can be made of',
    }),
    'ignore-circular-refs': Flags.boolean({
      description: 'take schemas that contain themselves by a list or a choice',
    }),
    'skip-route-by-header': Flags.boolean({
      description: 'one route for an operation, whatever its header parameters are',
    }),
    'reuse-services': Flags.boolean({ description: 'one service for paths that have the same servers' }),
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
    tellDiagnostics(bundle.problems.found(), [], run.terminal)
    await writeOutput(content, run)
    return 0
  }
}
