/**
 * `deck file openapi2mcp`: an OpenAPI document as tools for language models. How is in `transform/openapi/`.
 */
import * as Flags from '@oclif/core/flags'
import { printDiagnostics } from '../../recipes/report-diagnostics.ts'
import { BaseCommand, type Run } from '../base-command.ts'
import type { CommandGroup } from '../help/groups.ts'
import { documentFlags } from './openapi2kong.ts'
import { outputFormat, writeOutput } from './operation.ts'
import { readOpenApi } from './read-openapi.ts'

export class OpenApiToMcp extends BaseCommand {
  static override summary = 'convert an OpenAPI 3 document to a state file with its operations as MCP tools'
  static override description =
    'Makes a route with the ai-mcp-proxy plugin (Kong Enterprise). x-kong-mcp-… fields of the document change names, descriptions and access.'
  static override group: CommandGroup = 'change'
  static override isOffline = true
  static override examples = [
    'deck file openapi2mcp -s api.yaml -o kong.yaml',
    'deck file openapi2mcp -s api.yaml --path-prefix /tools --include-direct-route',
  ]
  static override flags = {
    ...documentFlags,
    mode: Flags.string({
      char: 'm',
      default: 'conversion-listener',
      description: 'mode of the plugin, as a server or as a client',
      helpValue: 'conversion-listener|conversion',
    }),
    'path-prefix': Flags.string({
      char: 'p',
      description: 'path of the route (default: / and its name)',
      helpValue: 'URL-PATH',
    }),
    'include-direct-route': Flags.boolean({ description: 'also make a route for each operation' }),
    'ignore-security-errors': Flags.boolean({
      description: 'leave out security requirements that cannot be converted',
    }),
  }

  protected override async work(run: Run): Promise<number> {
    const { flags } = run
    outputFormat(flags)
    const { fromOpenApiToMcp } = await import('../../transform/openapi/mcp.ts')
    const tags = flags['select-tag'] as string[] | undefined
    const [name, prefix] = [flags['uuid-base'], flags['path-prefix']]
    const bundle = await readOpenApi(String(flags['spec']), run)
    const content = fromOpenApiToMcp(bundle, {
      ...(tags !== undefined && { tags }),
      ...(typeof name === 'string' && { name }),
      ...(typeof prefix === 'string' && { pathPrefix: prefix }),
      withIds: flags['no-id'] !== true,
      mode: String(flags['mode']),
      withDirectRoutes: flags['include-direct-route'] === true,
      ignoreSecurityErrors: flags['ignore-security-errors'] === true,
    })
    printDiagnostics(bundle.problems.found(), [], run.terminal)
    await writeOutput(content, run)
    return 0
  }
}
