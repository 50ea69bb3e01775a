/** `deck file ai2kong`: a document of Kong's AI Gateway as a state file. How is in `transform/ai/`. */
import { StateFileError, UsageError } from '../../errors.ts'
import { problem } from '../../file/problem.ts'
import { filesRefused } from '../arguments.ts'
import { BaseCommand, type Run } from '../base-command.ts'
import type { CommandGroup } from '../help/groups.ts'
import { inputFlags, outputFlags, outputFormat, parseOne, writeOutput, writeText } from './operation.ts'

export class AiToKong extends BaseCommand {
  static override summary = "convert a document of Kong's AI Gateway to a state file"
  static override description =
    'Models, MCP servers, agents, policies and identity providers become services, routes and plugins. The select tag of the file is managed_by:deck-ai.'
  static override group: CommandGroup = 'change'
  static override isOffline = true
  static override examples = ['deck file ai2kong -s ai-gateway.yaml -o kong.yaml']
  static override flags = {
    source: { ...inputFlags.state, default: '' },
    'output-file': { ...outputFlags['output-file'], default: '' },
    format: outputFlags.format,
  }

  protected override async work(run: Run): Promise<number> {
    const { flags, files, terminal } = run
    filesRefused(files)
    const source = String(flags['source'])
    if (source === '') throw new UsageError('--source/-s flag is required')
    const format = outputFormat(flags, [], 'failed to write output: ')
    const written = await parseOne(source, run)
    const { readAiDocument } = await import('../../transform/ai/document.ts')
    const { aiToKong } = await import('../../transform/ai/ai-to-kong.ts')
    const { document, mismatches, times } = readAiDocument(written?.content ?? {}, written?.plainTextAt)
    if (mismatches.length > 0) {
      throw new StateFileError(
        mismatches.map(({ path, expected }) =>
          problem('wrong-type', `${path.join('.')}: expected ${expected}`, written?.whereIs(path)),
        ),
        'the AI Gateway document',
      )
    }
    const { content, warnings } = aiToKong(document)
    for (const { path, text, time } of times)
      terminal.stderr.write(
        `Warning: ${path.join('.')}: ${text} is the time ${time}; quotes make it a text\n`,
      )
    for (const warning of warnings) terminal.stderr.write(`Warning: ${warning}\n`)
    const to = { ...run, flags: { ...flags, 'output-file': String(flags['output-file']) || '-' } }
    if (format === 'yaml') await writeOutput({ ...content }, to)
    else {
      const { goJson } = await import('../../transform/go-json.ts')
      await writeText(goJson(content, '  '), to)
    }
    return 0
  }
}
