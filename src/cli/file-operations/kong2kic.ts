/**
 * `deck file kong2kic`: state files as Kubernetes manifests. What they become is in
 * `transform/kubernetes/`.
 */
import * as Flags from '@oclif/core/flags'
import { DeckError } from '../../errors.ts'
import type { ToAscii } from '../../transform/kubernetes/name.ts'
import type { Entities } from '../../transform/merged-content.ts'
import { filesRefused } from '../arguments.ts'
import { BaseCommand, type Run } from '../base-command.ts'
import type { CommandGroup } from '../help/groups.ts'
import { outputFlags, outputFormat, statesFlags, withOutputEnding, writeText } from './operation.ts'
import { readState } from './read-state.ts'

export class KongToKubernetes extends BaseCommand {
  static override summary = "convert a state file to Kubernetes manifests for Kong's Ingress Controller"
  static override description =
    'The output contains the credentials and private keys of the state file. A warning names what the manifests lack.'
  static override group: CommandGroup = 'change'
  static override isOffline = true
  static override examples = [
    'deck file kong2kic -s kong.yaml -o manifests.yaml',
    'deck file kong2kic --ingress --kic-version 2 < kong.yaml | kubectl apply -f -',
  ]
  static override flags = {
    ...statesFlags,
    ...outputFlags,
    format: { ...outputFlags.format, char: 'f' as const },
    'kic-version': Flags.string({
      default: '3',
      description: 'major version of the Ingress Controller',
      helpValue: '3|2',
    }),
    'class-name': Flags.string({
      default: 'kong',
      description: 'class of Ingresses and Kong objects, and the Gateway that HTTPRoutes belong to',
      helpValue: 'NAME',
    }),
    ingress: Flags.boolean({ description: 'write Ingresses in place of HTTPRoutes of the Gateway API' }),
  }

  protected override async work(run: Run): Promise<number> {
    const { flags, files, terminal } = run
    filesRefused(files)
    const format = outputFormat(flags)
    const content = await readState(String(flags['state']), run)
    const version = String(flags['kic-version'])
    if (version !== '2' && version !== '3')
      throw new DeckError(`invalid KIC version '${version}'. Please use --help for more information`)
    const { toManifests } = await import('../../transform/kubernetes/manifests.ts')
    const { objectName } = await import('../../transform/kubernetes/name.ts')
    const { manifestText } = await import('../../transform/kubernetes/manifest-text.ts')
    const toAscii = await letters(content)
    const api = flags['ingress'] === true ? 'ingress' : 'gateway'
    const { manifests, warnings } = toManifests(content, {
      version,
      api,
      className: String(flags['class-name']),
      nameOf: text => objectName(text, toAscii),
    })
    for (const warning of warnings) terminal.stderr.write(`Warning: ${warning}\n`)
    const to = withOutputEnding(run, `kicv${version}_${api}`)
    await writeText(manifestText(manifests, format), to, 0o600)
    return 0
  }
}

/** The tables of other scripts are read where a file has one. */
async function letters(content: Entities): Promise<ToAscii> {
  const { isAscii } = await import('../../transform/kubernetes/name.ts')
  if (isAscii(JSON.stringify(content))) return text => text
  const { toAscii } = await import('../../transform/kubernetes/to-ascii.ts')
  return toAscii
}
