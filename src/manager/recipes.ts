/**
 * Recipes of the command line for the page: Export, Compare and Sync are `dump`, `diff` and `sync` with
 * texts instead of files, and one entity can be a state file. With 10,000 entities each computes for
 * seconds, so they run in threads (`threads.ts`).
 */
import type { ClientSettings } from '../admin-client/settings.ts'
import { DeckError } from '../errors.ts'
import { captured } from '../recipes/captured.ts'
import { dump } from '../recipes/dump.ts'
import { reconcile } from '../recipes/reconcile/reconcile.ts'
import type { Terminal } from '../recipes/terminal.ts'
import { stateFileOf } from './state-file.ts'

/** A recipe with its options; as data, so that it can be sent to a thread. */
export type Recipe =
  | { readonly name: 'export'; readonly format: 'yaml' | 'json' }
  /** `schema` and place of an entity on the Admin API: `/upstreams/x/targets/y`. */
  | { readonly name: 'state-file'; readonly schema: string; readonly path: string }
  | { readonly name: 'diff' | 'sync'; readonly stateFile: string }

/**
 * @param env values for `${{ env "DECK_X" }}`
 * @returns a state file, or the JSON document of `deck diff --json-output` or `deck sync`; @throws DeckError
 */
export async function runRecipe(
  recipe: Recipe,
  client: ClientSettings,
  env: Terminal['env'],
): Promise<string> {
  switch (recipe.name) {
    case 'state-file':
      return stateFileOf(client, recipe.schema, recipe.path)
    case 'export': {
      const { terminal, written } = await captured(env)
      await dump({ client, outputFile: '-', format: recipe.format }, terminal)
      return written()
    }
    default: {
      const { terminal, written } = await captured(env, recipe.stateFile)
      try {
        await reconcile({ mode: recipe.name, files: ['-'], client, jsonOutput: true }, terminal)
      } catch (error) {
        // What is wrong is in the document.
        if (!(error instanceof DeckError) || written() === '') throw error
      }
      return written()
    }
  }
}
