/**
 * What can be completed, from oclif's manifest: commands and their flags. Each shell's script is in the file
 * of its name.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Flag {
  readonly name: string
  readonly char?: string
  readonly description: string
  /** `--flag` alone, without a value. */
  readonly isSwitch: boolean
  /** All values that it takes, where these are few. */
  readonly values: readonly string[]
}

export interface Command {
  /** `['gateway', 'sync']` */
  readonly words: readonly string[]
  readonly summary: string
  readonly flags: readonly Flag[]
  /** All arguments that it takes, where these are few. */
  readonly args: readonly string[]
}

interface ManifestFlag {
  readonly name: string
  readonly char?: string
  readonly description?: string
  readonly type: 'boolean' | 'option'
  readonly options?: readonly string[]
  readonly hidden?: boolean
}

interface Manifest {
  readonly commands: Readonly<
    Record<
      string,
      {
        readonly summary?: string
        readonly flags: Readonly<Record<string, ManifestFlag>>
        readonly args?: Readonly<Record<string, { readonly options?: readonly string[] }>>
        readonly hidden?: boolean
      }
    >
  >
}

const help: Flag = { name: 'help', char: 'h', description: 'show help', isSwitch: true, values: [] }

/** @param root the folder of oclif.manifest.json; @returns commands by their words, flags by name */
export function completableCommands(root: string): Command[] {
  const manifest = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as Manifest
  return Object.entries(manifest.commands)
    .filter(([, { hidden }]) => hidden !== true)
    .map(([id, { summary = '', flags, args = {} }]) => ({
      words: id.split(':'),
      summary,
      args: Object.values(args).flatMap(({ options = [] }) => options),
      flags: [
        ...Object.values(flags)
          .filter(({ hidden }) => hidden !== true)
          .map(flagOf),
        help,
      ].sort(byName),
    }))
    .sort((a, b) => (a.words.join(' ') < b.words.join(' ') ? -1 : 1))
}

const byName = (a: Flag, b: Flag): number => (a.name < b.name ? -1 : 1)

const flagOf = ({ name, char, description = '', type, options = [] }: ManifestFlag): Flag => ({
  name,
  ...(char !== undefined && { char }),
  description,
  isSwitch: type === 'boolean',
  values: options,
})

/** The words that may follow, by the words before them: `''` and each topic. */
export function nextWords(commands: readonly Command[]): Map<string, { word: string; summary: string }[]> {
  const next = new Map<string, { word: string; summary: string }[]>()
  for (const { words, summary, args } of commands) {
    if (args.length > 0)
      next.set(
        words.join(' '),
        args.map(word => ({ word, summary: '' })),
      )
    for (const [index, word] of words.entries()) {
      const before = words.slice(0, index).join(' ')
      const list = next.get(before) ?? []
      if (!list.some(one => one.word === word)) {
        list.push({ word, summary: index === words.length - 1 ? summary : `commands of ${word}` })
      }
      next.set(before, list)
    }
  }
  return next
}

/** As typed: `--flag`, and `-f` where there is one. */
export const spellings = ({ name, char }: Flag): string[] =>
  char === undefined ? [`--${name}`] : [`--${name}`, `-${char}`]
