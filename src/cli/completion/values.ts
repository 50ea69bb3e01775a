/**
 * Values of flags and arguments. The placeholder in help decides the kind of value: `FILE`, `TAG`, `KIND`,
 * or its choices, `yaml|json`.
 */
import type { FlagDescription } from '../help/describe.ts'
import { type Candidates, nothing, onlyWords } from './candidates.ts'
import type { Typed } from './request.ts'

const stateFiles: Candidates = { words: [], files: ['yaml', 'yml', 'json'] }
const anyFiles: Candidates = { words: [], files: 'any' }
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']

type Completer = (typed: Typed) => Candidates | Promise<Candidates>

/** By the placeholders in help. Values of other placeholders cannot be completed. */
const completers: Readonly<Record<string, Completer>> = {
  FILE: () => stateFiles,
  'PATCH-FILE': () => stateFiles,
  'PLUGIN-FILE': () => stateFiles,
  'RULES-FILE': () => stateFiles,
  'TESTS-FILE': () => stateFiles,
  PLAN: () => ({ words: [], files: ['json'] }),
  PATH: () => anyFiles,
  DIR: () => ({ words: [], files: 'folders' }),
  'FORMAT=PATH': reports,
  METHOD: () => onlyWords(methods),
  LIMIT: () => onlyWords(['all']),
  VERSION: () => onlyWords(['2.8', '3.4', '3.9']),
  TAG: async typed => onlyWords(await (await import('./names.ts')).tags(typed)),
  WORKSPACE: async typed => onlyWords(await (await import('./names.ts')).workspaces(typed)),
  CONSUMER: async typed => onlyWords(await (await import('./names.ts')).consumers(typed)),
  'NAME[=PATH]': async typed => onlyWords(await (await import('./names.ts')).customPlugins(typed)),
  ADDRESS: async () => onlyWords((await import('./names.ts')).addresses()),
  RUN: async typed => ({ words: await (await import('./names.ts')).runs(typed) }),
  KIND: async () => onlyWords((await import('./names.ts')).kinds()),
  'KIND[.FIELD]': async typed => (await import('./names.ts')).fieldPaths(typed),
  NAME: async typed => onlyWords(await (await import('./names.ts')).entityNames(typed)),
  FIELD: async typed => onlyWords((await import('./names.ts')).fieldsOfKind(typed)),
  KINDS: async () => onlyWords((await import('../../recipes/online-entities.ts')).onlineNames),
  CODE: async () => onlyWords((await import('../../file/severities.ts')).adjustable),
  ORIGIN: () => onlyWords(['any', 'conflict', 'file', 'hand', 'none']),
}

/** Lists of these are separated by commas. */
const lists = new Set(['TAG', 'KINDS', 'CODE', 'ORIGIN'])

export async function flagValueCandidates(flag: FlagDescription, typed: Typed): Promise<Candidates> {
  if (flag.choices.length > 0) return onlyWords(flag.choices)
  const word = (flag.value ?? '').replace(/,\.\.\.$/, '')
  // `NAME` of a flag is no entity of the file.
  const found = word === 'NAME' ? nothing : ((await completers[word]?.(typed)) ?? nothing)
  const head = /^.*,/s.exec(typed.current)?.[0]
  if (!lists.has(word) || head === undefined) return found
  const before = head.split(',')
  const words = found.words.filter(one => !before.includes(one.word))
  return { ...found, words: words.map(one => ({ ...one, word: `${head}${one.word}` })) }
}

/** Candidates from the words of the command's usage. */
export async function argumentCandidates(typed: Typed): Promise<Candidates> {
  const usage = typed.command?.usage ?? ''
  const places = usage === '' ? [] : usage.split(' ').map(placeOf)
  const found = await Promise.all((await nextPlaces(places, typed)).map(place => candidatesOf(place, typed)))
  const files = found.find(one => one.files !== undefined)?.files
  return {
    words: found.flatMap(({ words }) => words),
    ...(files !== undefined && { files }),
    isOpen: found.some(({ isOpen }) => isOpen === true),
  }
}

interface Place {
  readonly word: string
  readonly isMany: boolean
}

/** `[PLUGIN-FILE...]`, `KIND`, `deck|dbless` */
const placeOf = (text: string): Place => ({
  word: text.replace(/^\[(.*)\]$/s, '$1').replace(/\.\.\.$/, ''),
  isMany: /\.\.\.\]?$/.test(text),
})

const candidatesOf = async ({ word }: Place, typed: Typed): Promise<Candidates> =>
  word.includes('|') ? onlyWords(word.split('|')) : ((await completers[word]?.(typed)) ?? nothing)

/** Behind a place that takes many, the next one begins with a word that only it knows: `FILE... KIND`. */
async function nextPlaces(places: readonly Place[], typed: Typed): Promise<Place[]> {
  let at = 0
  let taken = 0
  for (const file of typed.files) {
    const [place, next] = [places[at], places[at + 1]]
    if (place === undefined) return []
    if (!place.isMany) at += 1
    else if (next !== undefined && taken > 0) {
      const { words } = await candidatesOf(next, typed)
      if (words.some(({ word }) => word === file)) at += 2
    }
    taken += 1
  }
  const [place, next] = [places[at], places[at + 1]]
  const isNext = place?.isMany === true && next !== undefined && taken > 0
  return [...(place === undefined ? [] : [place]), ...(isNext ? [next] : [])]
}

/** `markdown=` and then a file. */
async function reports({ current }: Typed): Promise<Candidates> {
  if (current.includes('=')) return anyFiles
  const { reportFormats } = await import('../../report/review/formats.ts')
  return { words: reportFormats.map(format => ({ word: `${format}=` })), isOpen: true }
}
