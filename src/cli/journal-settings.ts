/**
 * Where runs are recorded: `--journal`, else `deck` in the user's state folder (XDG Base Directory
 * Specification).
 */
import { isAbsolute, join, resolve } from 'node:path'
import { UsageError } from '../errors.ts'
import type { JournalSettings } from '../journal/write.ts'
import { homeFolder } from './home.ts'

type Values = Readonly<Record<string, unknown>>
type Environment = Readonly<Record<string, string | undefined>>

/** A shorter key could be guessed by a reader of the files. */
const shortestKey = 16

/** @returns undefined with `--no-journal`; @throws UsageError */
export function journalOf(flags: Values, env: Environment): JournalSettings | undefined {
  const named = typeof flags['journal'] === 'string' && flags['journal'] !== '' ? flags['journal'] : undefined
  if (flags['no-journal'] === true) return undefined
  const key = keyOf(env)
  const folder = named === undefined ? defaultFolder(env) : resolve(named)
  return { folder, isNamed: named !== undefined, ...(key !== undefined && { key }) }
}

/** @throws UsageError */
function keyOf(env: Environment): string | undefined {
  const key = env['DECK_JOURNAL_KEY']
  if (key === undefined || key === '') return undefined
  if (key.length < shortestKey)
    throw new UsageError(`DECK_JOURNAL_KEY: at least ${shortestKey} characters are required`, {
      hint: 'for example the output of: openssl rand -hex 32',
    })
  return key
}

/** A relative `XDG_STATE_HOME` is ignored, as the specification says. */
function defaultFolder(env: Environment): string | undefined {
  const state = env['XDG_STATE_HOME']
  if (state !== undefined && isAbsolute(state)) return join(state, 'deck')
  const home = env['HOME'] ?? homeFolder()
  return home === undefined || home === '' || !isAbsolute(home)
    ? undefined
    : join(home, '.local', 'state', 'deck')
}
