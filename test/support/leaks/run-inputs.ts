/** The values that a run of a program takes in: from its files, its standard input, its flags and variables. */
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { load } from 'js-yaml'
import { isRecord } from '../../../src/entities/language/values.ts'
import { isSecretName } from '../../../src/state/secrets.ts'
import { type Values, valuesIn } from './document-values.ts'

export interface Run {
  /** The program's words, or a line of a shell as one word. */
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin?: string
}

export interface RunInputs {
  readonly values: readonly Values[]
  /**
   * Values of variables that the files name, with the variable. For a run without these files they are the
   * gateway's, and no secrets.
   */
  readonly variables: ReadonlyMap<string, string>
  /** Paths that the run only reads, as far as its arguments say. */
  readonly inputs: ReadonlySet<string>
  /** All paths in its arguments. */
  readonly named: ReadonlySet<string>
}

const ofOutput = /^(?:--(?:report|out|record|output-file|ready-file|journal|data)|-o)$/

const isProgram = /\.([cm]?js|ts|node)$/

export function readInputs(run: Run): RunInputs {
  const [inputs, named] = [new Set<string>(), new Set<string>()]
  const values = [...valuesOfFlags(run.argv), valuesOfVariables(run.env)]
  if (run.stdin) values.push(textValues(run.stdin))
  let flag = ''
  for (const word of wordsOf(run.argv)) {
    const [, name = word, value] = /^(--?[\w-]+)=(.*)$/s.exec(word) ?? []
    if (name.startsWith('-')) flag = name
    for (const text of name.startsWith('-') ? [value ?? ''] : [word]) {
      // `--report html=report.html`
      for (const part of new Set([text, text.replace(/^\w+=/, '')])) {
        if (part === '' || part.length > 500 || part.includes('\n')) continue
        const path = resolve(run.cwd, part)
        named.add(path)
        if (!ofOutput.test(flag)) addInput(path, flag)
      }
    }
    if (!name.startsWith('-') || value !== undefined) flag = ''
  }
  for (const name of ['kong.yaml', 'kong.yml', 'kong.json']) addInput(join(run.cwd, name), '')
  for (const name of ['.deck.yaml', '.deck.yml', '.deck.json'])
    if (run.env['HOME'] !== undefined) addInput(join(run.env['HOME'], name), '--config')
  return { values, variables: variablesIn(values, run.env), inputs, named }

  function addInput(path: string, of: string): void {
    const stats = statsOf(path)
    if (stats?.isFile() === true) {
      if (isProgram.test(path)) return
      inputs.add(path)
      const found = fileValues(path, stats)
      if (of === '--config') values.push({ ...found, plain: new Set() }, settingValues(path))
      else values.push(found)
      if (of === '--kong-cookie-jar-path') values.push(cookieValues(path))
    } else if (stats?.isDirectory() === true && !run.cwd.startsWith(join(path, '/'))) {
      for (const name of readdirSync(path)) if (/\.(ya?ml|json)$/.test(name)) addInput(join(path, name), of)
    }
  }
}

/** @returns undefined for what is not there, or cannot be reached: a path below a file */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** Of an input; a test may name a file that must not be readable. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The words of a shell's line are looked at as well. */
const wordsOf = (argv: readonly string[]): string[] =>
  argv.flatMap(word =>
    word.length < 5000 && word.includes(' ') ? [word, ...word.split(/[\s;|&<>()'"]+/)] : [word],
  )

const known = new Map<string, Values>()

function fileValues(path: string, { mtimeMs, size, ino }: Stats): Values {
  const key = `${path} ${mtimeMs} ${size} ${ino}`
  const found = known.get(key) ?? (size < largest ? textValues(textOf(path)) : none())
  known.set(key, found)
  return found
}

/** Files of tests that measure how much a program can take. */
const largest = 2_000_000

const texts = new Map<string, Values>()

function textValues(text: string): Values {
  if (text.length > largest) return none()
  const found = texts.get(text) ?? valuesIn(text)
  if (text.length < 100_000) texts.set(text, found)
  return found
}

const none = (): Values => ({ secrets: new Map(), plain: new Set(), variables: new Set() })

const ofSecrets = (secrets: Iterable<readonly [value: string, field: string]>): Values => ({
  ...none(),
  secrets: new Map(secrets),
})

function valuesOfFlags(argv: readonly string[]): Values[] {
  let flag = ''
  return argv.flatMap(word => {
    const [, name = flag, value = word] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? []
    flag = word.startsWith('--') && value === word ? name : ''
    if (value === word && word.startsWith('--')) return []
    if (name === 'headers') return [ofSecrets([headerValue(value)])]
    if (isSecretName(name) || /-key$/.test(name)) return [ofSecrets([[value, `--${name}`]])]
    return /[{:]/.test(value) && value.length < 5000 ? [textValues(value)] : []
  })
}

const headerValue = (header: string): [string, string] => [
  header.slice(header.indexOf(':') + 1).replace(/^(bearer|basic)\s+/i, ''),
  'a header',
]

/** `DECK_…` variables of files have any name; these are flags. */
const settings =
  /^DECK_(?:JOURNAL_KEY|RECORD_KEY|KONG_ADMIN_TOKEN|TLS_CLIENT_KEY|KONNECT_(?:TOKEN|PASSWORD))$/

function valuesOfVariables(env: Run['env']): Values {
  const found = Object.entries(env).flatMap(([name, value = '']): [string, string][] => {
    if (name === 'DECK_HEADERS') return [headerValue(value)]
    const password = /^https?:\/\/[^\s/@:]*:([^\s/@]+)@/.exec(value)?.[1]
    if (password !== undefined) return [[password, `the password in ${name}`]]
    // A run with variables of its own does not get those of the test process.
    const isSecret = name.startsWith('DECK_')
      ? settings.test(name)
      : env !== process.env && isSecretName(name)
    return isSecret ? [[value, `the variable ${name}`]] : []
  })
  return ofSecrets(found)
}

/** The values of variables that the files name. */
function variablesIn(values: readonly Values[], env: Run['env']): Map<string, string> {
  const names = new Set(values.flatMap(({ variables }) => [...variables]))
  return new Map([...names].map(name => [env[name] ?? '', `the variable ${name}`]))
}

/** The headers of a config file; its other secrets are found by their names. */
function settingValues(path: string): Values {
  const content = parsed(path)
  const headers = isRecord(content) ? content['headers'] : undefined
  return ofSecrets((Array.isArray(headers) ? headers : []).map(header => headerValue(String(header))))
}

function parsed(path: string): unknown {
  try {
    return load(textOf(path))
  } catch {
    return undefined
  }
}

/** The last column of Netscape's format. */
const cookieValues = (path: string): Values =>
  ofSecrets(
    textOf(path)
      .split('\n')
      .filter(line => line.includes('\t'))
      .map(line => [line.trim().split('\t').at(-1) ?? '', `a cookie of ${basename(path)}`]),
  )
