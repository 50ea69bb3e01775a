/**
 * Names that a completion looks up: in the registry, in the files of the command line, in the journal, and in
 * the gateway, which has a moment to answer.
 */
import { statSync } from 'node:fs'
import { everyKind } from '../../entities/enterprise.ts'
import type { Version } from '../../entities/language/define.ts'
import { isRecord } from '../../entities/language/values.ts'
import { parseVersion } from '../../entities/language/versions.ts'
import { readTexts } from '../../file/read.ts'
import { kindCalled } from '../../recipes/explain-file.ts'
import { configured } from '../config-file.ts'
import { defaultAddress, globalFlags } from '../global-flags.ts'
import { homeFolder } from '../home.ts'
import { journalOf } from '../journal-settings.ts'
import { clientSettings } from '../settings.ts'
import type { Candidate, Candidates } from './candidates.ts'
import type { Typed } from './request.ts'

/** In seconds: a user waits for the answer with a finger on the key. */
const timeLimit = 1

/** For a distant gateway, more: `DECK_COMPLETION_TIMEOUT`, in seconds. */
function patience(): AbortSignal {
  const seconds = Number(process.env['DECK_COMPLETION_TIMEOUT'] ?? timeLimit)
  return AbortSignal.timeout(1000 * (seconds > 0 ? seconds : timeLimit))
}

/** Larger files take longer to read than a user waits. */
const largestFile = 1_000_000

export const kinds = (): string[] => everyKind.map(({ kind }) => kind).sort()

const versionOf = ({ values }: Typed): Version =>
  parseVersion(values.get('kong-version')?.at(-1) ?? '') ?? newestVersion

const newestVersion = parseVersion('3.9') as Version // a version of three words at most, which it is

/** `service`, then `service.` and its fields. */
export async function fieldPaths(typed: Typed): Promise<Candidates> {
  const { namesBelow } = await import('../../recipes/explain-field.ts')
  const words = namesBelow(typed.current, versionOf(typed)).map(word => ({ word }))
  return { words, isOpen: !typed.current.includes('.') }
}

/** The kind among the arguments: `file explain kong.yaml service NAME FIELD`. */
const kindIn = ({ files }: Typed) =>
  files
    .slice(1)
    .map(kindCalled)
    .find(kind => kind !== undefined)

export const fieldsOfKind = (typed: Typed): string[] => Object.keys(kindIn(typed)?.fields ?? {}).sort()

export async function entityNames(typed: Typed): Promise<string[]> {
  const kind = kindIn(typed)
  if (kind === undefined) return []
  const { recordsOf } = await import('../../transform/owners.ts')
  const contents = await contentsOf(typed)
  return unique(
    contents
      .flatMap(content => recordsOf(content, kind.fileKey))
      .map(record => record[kind.endpointKey ?? 'name']),
  )
}

export async function consumers(typed: Typed): Promise<string[]> {
  const { recordsOf } = await import('../../transform/owners.ts')
  const contents = await contentsOf(typed)
  return unique(contents.flatMap(content => recordsOf(content, 'consumers')).map(({ username }) => username))
}

/** Tags in the files on the command line, else on the gateway. */
export async function tags(typed: Typed): Promise<string[]> {
  const { tagOwners } = await import('../../transform/owners.ts')
  const { listTags } = await import('../../transform/tags.ts')
  const contents = await contentsOf(typed)
  const own = contents.flatMap(content => [...listTags(tagOwners(content)), ...selectTags(content)])
  const online = typed.flags.some(({ group }) => group === 'CONNECTION')
  return unique(own.length > 0 || !online ? own : await namesOf(typed, '/tags', 'tag'))
}

function selectTags(content: Readonly<Record<string, unknown>>): unknown[] {
  const info = content['_info']
  return isRecord(info) && Array.isArray(info['select_tags']) ? info['select_tags'] : []
}

export const workspaces = (typed: Typed): Promise<string[]> => namesOf(typed, '/workspaces', 'name')

/** Plugins of the gateway that Kong does not bundle. */
export async function customPlugins(typed: Typed): Promise<string[]> {
  const { plugins } = await import('../../entities/plugin-registry.ts')
  const information = await ask(typed, '/')
  const available = isRecord(information) && isRecord(information['plugins']) ? information['plugins'] : {}
  const names = Object.keys(
    isRecord(available['available_on_server']) ? available['available_on_server'] : {},
  )
  return names.filter(name => !plugins.some(plugin => plugin.name === name)).sort()
}

export const addresses = (): string[] => unique([process.env['DECK_KONG_ADDR'], defaultAddress])

export async function runs({ values }: Typed): Promise<Candidate[]> {
  const folder = journalOf({ journal: values.get('journal')?.at(-1) }, process.env)?.folder
  if (folder === undefined) return []
  const { readRuns } = await import('../../journal/read.ts')
  return (await readRuns(folder)).map(({ run, command, at }) => ({ word: run, text: `${command}, ${at}` }))
}

const unique = (names: readonly unknown[]): string[] =>
  [...new Set(names.filter(name => typeof name === 'string' && name !== ''))].sort() as string[]

/** Contents of the files on the command line; empty for an unreadable file. */
async function contentsOf({ files, values, command }: Typed): Promise<Record<string, unknown>[]> {
  const isShort = command?.usage === '' && command.flags.some(({ name }) => name === 'state')
  const named = [...(values.get('state') ?? []).flatMap(list => list.split(',')), ...files].map(atHome)
  const paths = (named.length === 0 && isShort ? ['kong.yaml'] : named).filter(isSmall)
  const { texts } = await readTexts(paths)
  const { parseDocument } = await import('../../file/yaml/parse.ts')
  return texts.flatMap(text => {
    const { document } = parseDocument(text, { mode: 'skip' })
    return document === undefined ? [] : [document.content]
  })
}

/** A shell fills in `~` only when it runs the line. */
const atHome = (path: string): string => path.replace(/^~(?=\/)/, homeFolder() ?? '~')

function isSmall(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  return found?.isDirectory() === true || (found?.isFile() === true && found.size <= largestFile)
}

/** A field of all entries of a list. */
async function namesOf(typed: Typed, path: string, field: string): Promise<string[]> {
  const answer = await ask(typed, path)
  const list = isRecord(answer) && Array.isArray(answer['data']) ? answer['data'] : []
  return unique(list.map((entry: unknown) => (isRecord(entry) ? entry[field] : undefined)))
}

/** One request with the command's own settings. @throws without a response in time */
async function ask({ values }: Typed, path: string): Promise<unknown> {
  const { createClient } = await import('../../admin-client/client.ts')
  const settings = await clientSettings(await settled(values))
  const client = await createClient({ ...settings, verbose: 0, signal: patience() })
  try {
    return await client.get(path, { size: 1000 })
  } finally {
    client.close()
  }
}

/** Flags of connections: as given, of their variables, of the config file, or their defaults. */
async function settled(values: Typed['values']): Promise<Record<string, unknown>> {
  const all = { workspace: { env: 'DECK_WORKSPACE' }, ...globalFlags } as Record<string, Setting>
  const given = Object.entries(all).flatMap(([name, { type, multiple, env = '' }]) => {
    const texts = values.get(name) ?? (process.env[env] === undefined ? [] : [process.env[env] ?? ''])
    const last = texts.at(-1)
    if (last === undefined) return []
    return [
      [name, multiple ? texts.flatMap(text => text.split(',')) : type === 'boolean' ? last === 'true' : last],
    ]
  })
  const defaults = Object.entries(all).map(([name, { default: value }]) => [name, value])
  const named = values.get('config')?.at(-1)
  const fromFile = await configured(
    named === undefined ? undefined : atHome(named),
    new Set(given.map(([name]) => String(name))),
  )
  return { ...Object.fromEntries(defaults), ...Object.fromEntries(given), ...fromFile }
}

interface Setting {
  readonly type?: string
  readonly multiple?: boolean
  readonly env?: string
  readonly default?: unknown
}
