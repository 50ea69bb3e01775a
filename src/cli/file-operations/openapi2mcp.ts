/**
 * `deck file openapi2mcp`: an OpenAPI document as tools for language models. How is in `transform/openapi/`.
 */
import * as Flags from '@oclif/core/flags'
import { tellDiagnostics } from '../../recipes/report-diagnostics.ts'
import { BaseCommand, type Run } from '../base-command.ts'
import { documentFlags } from './openapi2kong.ts'
import { outputFormat, writeOutput } from './operation.ts'
import { readOpenApi } from './read-openapi.ts'

export class OpenApiToMcp extends BaseCommand {
  static override summary = 'make a state file of an OpenAPI 3 document, its operations as MCP tools'
  static override description =
    'A route with the ai-mcp-proxy plugin (Kong Enterprise) offers each operation; x-kong-mcp-… in the document says the rest.'
  static override examples = [
    '<%= config.bin %> file openapi2mcp -s api.yaml -o kong.yaml',
    '<%= config.bin %> file openapi2mcp -s api.yaml --path-prefix /tools --include-direct-route',
  ]
  static override flags = {
    ...documentFlags,
    mode: Flags.string({
      char: 'm',
      default: 'conversion-listener',
      description: "the plugin's mode: conversion-listener (server) or conversion (client)",
    }),
    'path-prefix': Flags.string({ char: 'p', description: 'path of the route; else / and its name' }),
    'include-direct-route': Flags.boolean({ description: 'also a route for each operation' }),
    'ignore-security-errors': Flags.boolean({
      description: 'leave out security requirements that no rule can be made of',
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
    tellDiagnostics(bundle.problems.found(), [], run.terminal)
    await writeOutput(content, run)
    return 0
  }
}
