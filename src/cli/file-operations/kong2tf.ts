/** `deck file kong2tf`: state files as Terraform resources. What they become is in `transform/terraform/`. */
import * as Flags from '@oclif/core/flags'
import { filesRefused } from '../arguments.ts'
import { BaseCommand, type Run } from '../base-command.ts'
import type { CommandGroup } from '../help/groups.ts'
import { outputFlags, statesFlags, writeText } from './operation.ts'
import { readState } from './read-state.ts'

export class KongToTerraform extends BaseCommand {
  static override summary = "convert a state file to resources of Kong's Terraform provider for Konnect"
  static override description =
    'The output contains the credentials and private keys of the state file. A warning names values that Terraform would read otherwise.'
  static override group: CommandGroup = 'change'
  static override isOffline = true
  static override examples = [
    'deck file kong2tf -s kong.yaml -o kong.tf',
    'deck file kong2tf -s kong.yaml -g 5c0ba1ce-9a51-4ac6-9a3a-bc9b1c4dd6a5',
  ]
  static override flags = {
    ...statesFlags,
    'output-file': outputFlags['output-file'],
    'generate-imports-for-control-plane-id': Flags.string({
      char: 'g',
      default: '',
      description: 'write import blocks for this control plane, for entities with an id (dump --with-id)',
      helpValue: 'ID',
    }),
    'ignore-credential-changes': Flags.boolean({
      description: 'let Terraform ignore changes of passwords, keys and secrets of consumers',
    }),
    'valid-hcl': Flags.boolean({
      description: 'write names, texts and lists so that Terraform reads them as the file means them',
    }),
  }

  protected override async work(run: Run): Promise<number> {
    const { flags, files, terminal } = run
    filesRefused(files)
    const content = await readState(String(flags['state']), run)
    const { toTerraform } = await import('../../transform/terraform/terraform.ts')
    const controlPlane = String(flags['generate-imports-for-control-plane-id'])
    const { text, warnings } = toTerraform(content, {
      ...(controlPlane !== '' && { importsFor: controlPlane }),
      ignoreCredentialChanges: flags['ignore-credential-changes'] === true,
      valid: flags['valid-hcl'] === true,
    })
    for (const warning of warnings) terminal.stderr.write(`Warning: ${warning}\n`)
    await writeText(text, run, 0o600)
    return 0
  }
}
