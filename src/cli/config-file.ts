/**
 * Where a global setting comes from: flag, then `DECK_…` variable, then config file, then default (decK's
 * order). The config file is the one that `--config` names, else `~/.deck.yaml`, `.yml` or `.json`; its keys
 * are the flags' names.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../errors.ts'
import { guardFlags, journalFolderFlag } from './flags.ts'
import { globalFlags } from './global-flags.ts'
import { homeFolder } from './home.ts'
import { readText } from './settings.ts'

type Values = Readonly<Record<string, unknown>>

/** decK reads the global flags from the file; the guard's and the journal's are ours. */
const settable = { ...globalFlags, ...guardFlags, ...journalFolderFlag }

const endings = ['.yaml', '.yml', '.json']

/**
 * @returns the settings without a flag or variable. Commands' own flags are not read from it, except for
 * the guard's and the journal's.
 * @throws UsageError if the named file cannot be read, is no mapping, or has a setting of a wrong type
 */
export async function configured(
  named: string | undefined,
  given: ReadonlySet<string>,
  home = homeFolder(),
): Promise<Values> {
  const usual = home === undefined ? [] : endings.map(ending => join(home, `.deck${ending}`))
  const path = named ?? usual.find(one => existsSync(one))
  if (path === undefined) return {}
  const settings = Object.entries(await readConfigFile(path)).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  )
  return Object.fromEntries(
    settings
      .filter(([name]) => Object.hasOwn(settable, name) && name !== 'config' && !given.has(name))
      .map(([name, value]) => {
        const [wanted, read] = readings[kindOf(name)]
        const result = read(value)
        if (result !== undefined) return [name, result]
        throw new UsageError(`config file ${path}: ${name}: ${wanted} is expected, got ${shown(name, value)}`)
      }),
  )
}

async function readConfigFile(path: string): Promise<Values> {
  if (!endings.some(ending => path.toLowerCase().endsWith(ending))) {
    throw new UsageError(`config file ${path}: its name must end in ${endings.join(', ')}`)
  }
  const text = await readText(path, 'config file')
  const { readData } = await import('../file/yaml/data.ts')
  const content = parsed(text, path, readData)
  if (content === null) return {}
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new UsageError(`config file ${path}: a mapping of flag names to values is expected`)
  }
  return content as Values
}

function parsed(text: string, path: string, read: (text: string) => unknown): unknown {
  try {
    return read(text)
  } catch (error) {
    throw new UsageError(`config file ${path}: ${error instanceof Error ? error.message : error}`)
  }
}

/** A token that is written as a list or mapping is still a token. */
function shown(name: string, value: unknown): string {
  if (!/token|key|headers/.test(name)) return JSON.stringify(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'a mapping' : 'something else'
}

type Kind = 'boolean' | 'integer' | 'list' | 'text'

/** oclif's flags do not say which of them are integers. */
const integers: readonly string[] = ['timeout', 'deadline', 'verbose']

function kindOf(name: string): Kind {
  const flag = (settable as Readonly<Record<string, { type: string; multiple?: boolean }>>)[name]
  if (flag?.type === 'boolean') return 'boolean'
  if (integers.includes(name)) return 'integer'
  return flag?.multiple === true ? 'list' : 'text'
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined

function listOf(value: unknown): string[] | undefined {
  if (typeof value === 'string') return value.split(',')
  return Array.isArray(value) && value.every(one => textOf(one) !== undefined) ? value.map(String) : undefined
}

/**
 * The expected type in words, and the converted value; undefined if the value is invalid. A number or a
 * list may be written as a text.
 */
const readings: Readonly<Record<Kind, readonly [string, (value: unknown) => unknown]>> = {
  boolean: [
    'true or false',
    value => (/^(?:true|false)$/.test(String(value)) ? String(value) === 'true' : undefined),
  ],
  integer: ['an integer', value => (/^-?\d+$/.test(textOf(value) ?? '') ? Number(value) : undefined)],
  list: ['a list of texts', listOf],
  text: ['a text', textOf],
}
