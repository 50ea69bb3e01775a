/**
 * `deck file render`: merges the files as decK reads them, without a gateway. Variables stay as they are,
 * unless `--populate-env-vars` is set.
 */
import * as Flags from '@oclif/core/flags'
import type { Schemas } from '../../entities/language/schemas.ts'
import { refuseErrors, StateFileError } from '../../errors.ts'
import { regexPathWarnings } from '../../file/format-version.ts'
import { pluginRuleProblems } from '../../file/plugin-rules.ts'
import { severitiesOf, withSeverities } from '../../file/severities.ts'
import { printDiagnostics } from '../../recipes/report-diagnostics.ts'
import { readInput } from '../../recipes/terminal.ts'
import { allOf } from '../../state/select.ts'
import { createState, type State } from '../../state/state.ts'
import { filesOf } from '../arguments.ts'
import { BaseCommand, type Run } from '../base-command.ts'
import { severityFlags } from '../flags.ts'
import type { CommandGroup } from '../help/groups.ts'
import { offlineSchemas } from './offline-schemas.ts'
import { outputFlags, outputFormat, withOutputEnding, writeText } from './operation.ts'

export class Render extends BaseCommand {
  static override summary = 'join files into one, with default values filled in'
  static override group: CommandGroup = 'change'
  static override isOffline = true
  static override usage = 'FILE...'
  static override examples = [
    'deck file render services/ consumers.yaml -o kong.yaml',
    'deck file render kong.yaml --populate-env-vars',
  ]
  static override flags = {
    ...outputFlags,
    ...severityFlags,
    'populate-env-vars': Flags.boolean({
      description: 'fill in the values of DECK_ variables (default: their names, false and 42)',
    }),
  }

  protected override async work(run: Run): Promise<number> {
    const { flags, files, terminal } = run
    const format = outputFormat(flags) as 'yaml' | 'json'
    const severities = severitiesOf(flags)
    const { loadStateFile } = await import('../../file/load.ts')
    const { file, diagnostics } = await loadStateFile(filesOf(flags, files, 'long'), {
      env: terminal.env,
      mode: flags['populate-env-vars'] === true ? 'expand' : 'mock',
      // Entities that would be looked up in a gateway may be missing.
      online: 'tagged',
      lenient: true,
      stdin: () => readInput(terminal),
    })
    if (file === undefined) throw new StateFileError(diagnostics)
    const schemas = offlineSchemas('3.9')
    const { toState } = await import('../../file/to-state.ts')
    const made = toState(file, { current: createState([], schemas), schemas })
    const found = withSeverities(
      [
        ...diagnostics,
        ...regexPathWarnings(file),
        ...made.diagnostics,
        ...pluginRuleProblems(made.state, schemas),
      ],
      severities,
    )
    refuseErrors(found)
    printDiagnostics(found, [], terminal)
    const { fromState } = await import('../../file/from-state.ts')
    const { write } = await import('../../file/yaml/write.ts')
    const state = await withDefaults(made.state, schemas)
    const text = write(fromState(state, { schemas, selectTags: file.selectTags }), format)
    await writeText(text, withOutputEnding(run, format))
    return 0
  }
}

async function withDefaults(state: State, schemas: Schemas): Promise<State> {
  const { withStaticDefaults } = await import('../../transform/static-defaults.ts')
  const entities = allOf(state, schemas)
  return createState(
    entities.map(entity => ({ ...entity, fields: withStaticDefaults(entity.kind, entity.fields, schemas) })),
    schemas,
  )
}
