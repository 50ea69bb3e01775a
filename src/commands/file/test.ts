/**
 * `deck file test`: the second of the two commands that start the embedded gateway; it ends with the last
 * test.
 */
import * as Flags from '@oclif/core/flags'
import { filesOf } from '../../cli/arguments.ts'
import { BaseCommand, type Run } from '../../cli/base-command.ts'
import type { CommandGroup } from '../../cli/help/groups.ts'
import { printError } from '../../cli/print-error.ts'
import { routerFlags } from '../../cli/router-flags.ts'
import type { RouterFlavor } from '../../entities/expressions/router-flavors.ts'
import type { Version } from '../../entities/language/define.ts'
import { parseVersion } from '../../entities/language/versions.ts'
import { UsageError } from '../../errors.ts'
import { type TestFormat, testFormats } from '../../report/test-report.ts'

export default class Test extends BaseCommand {
  static override summary = 'run requests with expectations on a temporary gateway with these files'
  static override group: CommandGroup = 'check'
  static override isOffline = true
  static override usage = 'FILE... TESTS-FILE'
  static override description =
    'Each test starts its own gateway. Backends on this machine replace all hosts of the files. Exit code 1: a test failed.'
  static override examples = [
    'deck file test kong.yaml TESTS.yaml',
    'deck file test services/ consumers.yaml TESTS.yaml --format junit -o results.xml',
    'deck file test kong.yaml TESTS.yaml --watch',
  ]
  static override flags = {
    format: Flags.string({
      description: 'format of the report',
      helpGroup: 'OUTPUT',
      options: [...testFormats],
      default: 'text',
      env: 'DECK_TEST_FORMAT',
    }),
    'output-file': Flags.string({
      char: 'o',
      default: '-',
      description: 'file to write; - is standard output',
      helpValue: 'FILE',
      helpGroup: 'OUTPUT',
    }),
    watch: Flags.boolean({ description: 'run the tests again after each change of a file' }),
    'real-backends': Flags.boolean({
      description: 'send requests to the hosts of the files, and logs of plugins too',
    }),
    strict: Flags.boolean({
      description: 'fail if the files have a plugin that the gateway does not run',
      helpGroup: 'CHECK',
      env: 'DECK_STRICT',
    }),
    'kong-version': Flags.string({
      description: 'version of Kong to behave like',
      helpGroup: 'CHECK',
      options: ['2.8', '3.9'],
      default: '3.9',
      env: 'DECK_KONG_VERSION',
    }),
    ...routerFlags,
  }

  protected override async work({ flags, files, terminal, client }: Run): Promise<number> {
    const testsFile = files.at(-1)
    const state = Array.isArray(flags['state']) ? flags['state'] : []
    if (testsFile === undefined || files.length + state.length < 2)
      throw new UsageError('a state file and a file with tests are expected', {
        hint: 'for example: deck file test kong.yaml TESTS.yaml',
      })
    const options = {
      files: filesOf(flags, files.slice(0, -1), 'long'),
      testsFile,
      version: parseVersion(String(flags['kong-version'])) as Version, // one of the two above
      flavor: String(flags['flavor']) as RouterFlavor,
      realBackends: flags['real-backends'] === true,
      isStrict: flags['strict'] === true,
      format: String(flags['format']) as TestFormat,
      outputFile: String(flags['output-file']),
      client,
    }
    const watches = flags['watch'] === true
    if (watches && options.files.includes('-'))
      throw new UsageError('--watch cannot read standard input', { hint: 'name the files' })
    if (watches && options.format !== 'text') throw new UsageError('--watch needs --format text')
    const { startGateway, selfSigned, runningPlugins } = await import('../../gateway/gateway.ts')
    const { fileTest, watchTests } = await import('../../file-test/file-test.ts')
    const all = { ...options, startGateway, selfSigned, runningPlugins }
    return watches ? watchTests(all, terminal, error => printError(error, terminal)) : fileTest(all, terminal)
  }
}
