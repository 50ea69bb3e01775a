/** The typed part of a command line: the command, its flags with values, and the word at the cursor. */

import { findCommand } from '../find-command.ts'
import {
  type CommandDescription,
  type Commands,
  describeCommand,
  type FlagDescription,
  globalDescriptions,
} from '../help/describe.ts'

export interface Typed {
  /** Words before the command: `[]` or `['gateway']`. Undefined where the command is known. */
  readonly topic?: readonly string[]
  readonly command?: CommandDescription
  readonly flags: readonly FlagDescription[]
  /** Values by the names of their flags. */
  readonly values: ReadonlyMap<string, readonly string[]>
  /** Arguments before the cursor. */
  readonly files: readonly string[]
  /** The flag whose value is at the cursor. */
  readonly flag?: FlagDescription
  /** The word at the cursor, or the value of `--flag=` in it. */
  readonly current: string
  /** The cursor is after `--`: a word with a hyphen is no flag. */
  readonly isBehindFlags: boolean
}

/**
 * @param argv all words after `deck`; the last one is at the cursor, and may be empty
 * @returns undefined where nothing is known to follow
 */
export async function readTyped(argv: readonly string[], commands: Commands): Promise<Typed | undefined> {
  const before = argv.slice(0, -1)
  const last = argv.at(-1) ?? ''
  const global = globalDescriptions()
  const found = findCommand(before, {
    ids: Object.keys(commands),
    booleans: new Set(global.filter(({ value }) => value === undefined).map(({ name }) => name)),
  })
  if (found.what === 'command') {
    const command = await describeCommand(commands, found.id)
    // Flags of connections are taken by commands that send no request, but not offered.
    return {
      command,
      ...atCursor(found.argv, last, [...command.flags, ...hiddenOf(global, command)], command.flags),
    }
  }
  const isStart = found.what === 'unknown' && found.under === 'deck' && found.word.startsWith('-')
  if (found.what === 'unknown' && !isStart) return undefined
  const topic = found.what === 'help' ? found.words : []
  if (topic.join(':') in commands) return undefined
  return {
    topic,
    ...atCursor(
      before.filter(word => !topic.includes(word) && word !== 'help'),
      last,
      global,
      global,
    ),
  }
}

const hiddenOf = (global: readonly FlagDescription[], { flags }: CommandDescription): FlagDescription[] =>
  global.filter(one => !flags.some(({ name }) => name === one.name))

type Cursor = Omit<Typed, 'topic' | 'command'>

function atCursor(
  words: readonly string[],
  last: string,
  known: readonly FlagDescription[],
  flags: readonly FlagDescription[],
): Cursor {
  const values = new Map<string, string[]>()
  const files: string[] = []
  let open: FlagDescription | undefined
  let isBehindFlags = false
  const keep = ({ name }: FlagDescription, value: string): void => {
    values.set(name, [...(values.get(name) ?? []), value])
  }
  for (const word of words) {
    if (open !== undefined) {
      keep(open, word)
      open = undefined
    } else if (isBehindFlags || !/^-./.test(word)) files.push(word)
    else if (word === '--') isBehindFlags = true
    else {
      const { flag, value } = flagIn(word, known)
      if (flag === undefined) continue
      if (flag.value === undefined) keep(flag, 'true')
      else if (value === undefined) open = flag
      else keep(flag, value)
    }
  }
  const shared = { flags, values, files, isBehindFlags }
  if (open !== undefined) return { ...shared, flag: open, current: last }
  const inWord = isBehindFlags ? undefined : /^--[\w-]+=/.exec(last)?.[0]
  const { flag } = inWord === undefined ? {} : flagIn(inWord, known)
  return flag === undefined || inWord === undefined
    ? { ...shared, current: last }
    : { ...shared, flag, current: last.slice(inWord.length) }
}

/** `--flag`, `--flag=value`, `-f`, `-fvalue`. */
function flagIn(
  word: string,
  known: readonly FlagDescription[],
): { flag?: FlagDescription | undefined; value?: string | undefined } {
  const [, long, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? []
  if (long !== undefined) return { flag: known.find(({ name }) => name === long), value }
  const flag = known.find(({ char }) => char === word[1])
  return { flag, value: word.length > 2 ? word.slice(2).replace(/^=/, '') : undefined }
}
