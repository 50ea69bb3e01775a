/**
 * `deck file namespace`: one path above all routes, or more hosts. What it does to the content is in
 * `transform/`.
 */
import * as Flags from '@oclif/core/flags'
import { DeckError } from '../../errors.ts'
import type { Content } from '../../transform/owners.ts'

import { filesRefused } from '../arguments.ts'
import { fileOperation, selectorFlag, texts } from './operation.ts'
import { selectorsOf, selectParts } from './selected.ts'
import { createUnmatched } from './unmatched.ts'

export const namespace = fileOperation({
  summary: 'put the routes of a file below one path, or add hosts to them',
  examples: [
    'namespace -s kong.yaml -p /kong',
    'namespace -s kong.yaml --host kong.example.com --clear-hosts',
  ],
  flags: {
    ...selectorFlag('JSONPath of the routes (repeatable; default: all routes)'),
    'path-prefix': Flags.string({ char: 'p', description: 'prefix for all paths', helpValue: 'URL-PATH' }),
    host: texts('host to add (repeatable)', 'HOST'),
    'clear-hosts': Flags.boolean({ char: 'c', description: 'remove the existing hosts' }),
    'allow-empty-selectors': Flags.boolean({ description: 'succeed if no route is selected' }),
  },
  checkArguments: (_flags, files) => filesRefused(files),
  change: async (content, { flags, unmatched, fileCount }) => {
    const { addHosts, addPathPrefix, checkPrefix, noRoutes } = await import('../../transform/namespace.ts')
    const { 'path-prefix': given, host: hosts = [], 'clear-hosts': clear = false } = flags
    const prefix = given === undefined || given === '' ? undefined : String(given)
    if (prefix !== undefined) checkPrefix(prefix)
    const { recordsOf } = await import('../../transform/owners.ts')
    const selectors = selectorsOf(flags)
    const allowsNone = flags['allow-empty-selectors'] === true
    const routes = recordsOf(content, 'routes')
    const route = { is: (part: unknown) => routes.includes(part as Content), name: 'a route' }
    const selected = await selectParts(content, selectors, route, allowsNone ? createUnmatched() : unmatched)
    // Of many files some may have no routes.
    if (fileCount > 1 && !allowsNone) unmatched.require(noRoutes, selectors.length === 0 ? routes : selected)
    const choice = {
      selected: selectors.length === 0 ? undefined : selected,
      allowNone: allowsNone || fileCount > 1,
    }
    if (prefix !== undefined) {
      withContext('path', () => addPathPrefix(content, choice, prefix))
    }
    if ((hosts as string[]).length > 0 || clear === true) {
      withContext('host', () => addHosts(content, choice, hosts as string[], clear === true))
    }
    return content
  },
})

/** Adds to an error which of the two operations failed. */
function withContext(what: 'path' | 'host', work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof DeckError)) throw error
    throw new DeckError(`failed to apply the ${what} namespace: ${error.message}`, { cause: error })
  }
}
