/** The workspace of a run: the flag names it, else the files. */
import type { AdminClient } from '../../admin-client/client.ts'
import { createWorkspace, workspaceExists } from '../../admin-client/workspaces.ts'
import type { StateFile } from '../../file/merge.ts'
import type { Terminal } from '../terminal.ts'
import type { ReconcileOptions } from './options.ts'

export interface RunWorkspace {
  /** For requests in this workspace. */
  readonly client: AdminClient
  /** The empty text: no workspace. */
  readonly workspace: string
  /** The workspace's name, if it does not exist yet. */
  readonly newWorkspace: string | undefined
  readonly notes: readonly string[]
}

/** Creates a workspace that does not exist, except for `diff`, which only reports it (as decK). */
export async function enterWorkspace(
  file: StateFile,
  { mode, client: settings, jsonOutput, silenceEvents }: ReconcileOptions,
  client: AdminClient,
  { stdout, chalk }: Terminal,
): Promise<RunWorkspace> {
  const [flag, inFile] = [settings.workspace ?? '', file.workspace?.value ?? '']
  const workspace = flag === '' ? inFile : flag
  if (workspace === '') return { client, workspace, newWorkspace: undefined, notes: [] }
  const within = flag === '' ? client.within(workspace) : client
  const notes = flag === '' || flag === inFile ? [] : [differentNames(flag, inFile)]
  if (settings.skipWorkspaceCrud === true || (await workspaceExists(within, workspace)))
    return { client: within, workspace, newWorkspace: undefined, notes }
  if (jsonOutput !== true && silenceEvents !== true)
    stdout.write(chalk.green(`Creating workspace ${workspace}\n`))
  if (mode !== 'diff') await createWorkspace(client.within(''), workspace)
  return { client: within, workspace, newWorkspace: workspace, notes }
}

/** decK's sentence. */
const differentNames = (flag: string, inFile: string): string =>
  `Workspace '${flag}' specified via --workspace flag is different from workspace '${inFile}' found in state file(s).`
