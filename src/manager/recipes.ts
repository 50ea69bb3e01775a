/**
 * Recipes of the command line for the page: Export, Compare and Sync are `dump`, `diff` and `sync` with
 * texts instead of files, and one entity can be a state file. With 10,000 entities each computes for
 * seconds, so they run in threads (`threads.ts`).
 */
import type { ClientSettings } from '../admin-client/settings.ts'
import { DeckError } from '../errors.ts'
import { captured } from '../recipes/captured.ts'
import { dump } from '../recipes/dump.ts'
import type { ReconcileOptions } from '../recipes/reconcile/options.ts'
import { reconcile } from '../recipes/reconcile/reconcile.ts'
import { history } from '../recipes/restore/history.ts'
import type { Terminal } from '../recipes/terminal.ts'
import { stateFileOf } from './state-file.ts'

/** A recipe with its options; as data, so that it can be sent to a thread. */
export type Recipe =
  | { readonly name: 'export'; readonly format: 'yaml' | 'json' }
  /** `schema` and place of an entity on the Admin API: `/upstreams/x/targets/y`. */
  | { readonly name: 'state-file'; readonly schema: string; readonly path: string }
  | { readonly name: 'diff'; readonly stateFile: string }
  /** `deletes`: the number of deletes that the user confirmed; a sync with more of them stops. */
  | { readonly name: 'sync'; readonly stateFile: string; readonly deletes: number }
  /** The recorded runs of this gateway. */
  | { readonly name: 'history' }

/** Where a sync is recorded: as the command line does it. Undefined: nowhere. */
export type Journal = ReconcileOptions['journal']

/**
 * @param env values for `${{ env "DECK_X" }}`
 * @returns a state file, or the JSON document of `deck diff --json-output` or `deck sync`, with the name of
 *   a recorded run in `run` and the command that undoes it in `undo`; @throws DeckError
 */
export async function runRecipe(
  recipe: Recipe,
  client: ClientSettings,
  env: Terminal['env'],
  journal: Journal,
): Promise<string> {
  switch (recipe.name) {
    case 'state-file':
      return stateFileOf(client, recipe.schema, recipe.path)
    case 'export': {
      const { terminal, written } = await captured(env)
      await dump({ client, outputFile: '-', format: recipe.format }, terminal)
      return written()
    }
    case 'history': {
      if (journal?.folder === undefined) return JSON.stringify({ runs: [] })
      const { terminal, written } = await captured(env)
      await history({ folder: journal.folder, address: shown(client.address), json: true }, terminal)
      const { runs } = JSON.parse(written()) as { runs: readonly { run: string }[] }
      return JSON.stringify({ runs: runs.map(one => ({ ...one, undo: undoing(one.run, client, journal) })) })
    }
    default:
      return reconciled(recipe, client, env, journal)
  }
}

async function reconciled(
  recipe: Extract<Recipe, { stateFile: string }>,
  client: ClientSettings,
  env: Terminal['env'],
  journal: Journal,
): Promise<string> {
  const { name: mode, stateFile } = recipe
  const { terminal, written } = await captured(env, stateFile)
  let run: string | undefined
  const onRecorded = (recorded: string): void => {
    run = recorded
  }
  try {
    const confirmed = 'deletes' in recipe && { maxDeletes: { count: recipe.deletes } }
    const deletes = { confirmsDeletes: true, ...confirmed }
    const options = { mode, files: ['-'], client, jsonOutput: true, journal, onRecorded, ...deletes }
    await reconcile(options, terminal)
  } catch (error) {
    // The document has the errors.
    if (!(error instanceof DeckError) || written() === '') throw error
  }
  if (run === undefined) return written()
  return JSON.stringify({ ...JSON.parse(written()), run, undo: undoing(run, client, journal) })
}

/** The command that undoes a run; credentials of the address are for the user to add. */
function undoing(run: string, { address, workspace = '' }: ClientSettings, journal: Journal): string {
  const flags = [
    ...['--kong-addr', shown(address)],
    ...(workspace === '' ? [] : ['--workspace', workspace]),
    ...(journal?.isNamed === true && journal.folder !== undefined ? ['--journal', journal.folder] : []),
  ]
  return ['deck', 'gateway', 'rollback', run, ...flags].map(quoted).join(' ')
}

function shown(address: string): string {
  const url = new URL(address)
  url.username = ''
  url.password = ''
  return url.href.replace(/\/$/, '')
}

/** For a POSIX shell. */
const quoted = (word: string): string =>
  /^[\w./:@=[\]-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
