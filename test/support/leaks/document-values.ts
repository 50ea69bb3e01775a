/**
 * The values of a text that a program reads: those that are secret by their place, and the others. State
 * files are read by the registry; patches, manifests, settings and requests by the names of their fields.
 */
import { loadAll } from 'js-yaml'
import { inject } from 'vitest'
import { isRecord } from '../../../src/entities/language/values.ts'
import { isSecretField, isSecretName, isVaultReference } from '../../../src/state/secrets.ts'
import type { SecretTree } from './secret-fields.ts'

export interface Values {
  /** Secret → the field that holds it. */
  readonly secrets: Map<string, string>
  readonly plain: Set<string>
  /** Variables that the text takes values from. */
  readonly variables: Set<string>
}

/** Values that tests mark as secrets wherever they stand, also in texts that nothing can parse. */
const marked = /(?<![\w-])(?:canary(?:-\w|\d)[\w-]{3,}|c4n4ry-?\w[\w-]*)/g

export const isMarked = (value: string): boolean => value.search(marked) === 0

/** In a file of its own, or in a document. */
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*/g

export function valuesIn(text: string): Values {
  const values: Values = { secrets: new Map(), plain: new Set(), variables: new Set() }
  for (const [, name = ''] of text.matchAll(/\benv[\s(]+\\?["'`](DECK_\w+)/g)) values.variables.add(name)
  const documents = parsed(text)
  if (documents === undefined) addFromLines(text, values)
  else for (const document of documents) addFrom(document, values)
  for (const [found] of text.matchAll(marked)) addNew(values, found, 'a marked value')
  for (const [found] of text.matchAll(privateKey))
    addNew(values, found.replaceAll('\\n', '\n'), 'a private key')
  return values
}

function addNew({ secrets }: Values, value: string, field: string): void {
  if (!secrets.has(value)) secrets.set(value, field)
}

function parsed(text: string): unknown[] | undefined {
  try {
    // In a flow sequence an expression is no YAML; what it stands for is no part of the text.
    return loadAll(text.replace(/\$\{\{.*?\}\}/gs, 'filled-in'))
  } catch {
    return undefined
  }
}

/** Of a text that is not valid: `name: value` on one line. */
function addFromLines(text: string, { secrets }: Values): void {
  for (const [, name = '', value = ''] of text.matchAll(
    /(?<![\w-])([\w-]+)["']?[ \t]*:[ \t]*["']?([^\s"',[\]{}]+)/g,
  ))
    if (isSecretName(name)) secrets.set(value, name)
}

/** @param content a parsed document */
export function addFrom(content: unknown, values: Values): void {
  const { lists, plugins } = inject('secretFields')
  const seen = new WeakSet<object>()

  function visit(value: unknown, path: string, tree: SecretTree | undefined, isSecret: boolean): void {
    if (typeof value === 'string' || typeof value === 'number') addText(String(value), path, isSecret, values)
    // An alias is looked at once: a few lines can stand for billions of values.
    if (typeof value !== 'object' || value === null || seen.has(value)) return
    seen.add(value)
    if (Array.isArray(value)) for (const item of value) visit(item, path, tree, isSecret)
    else if (isRecord(value)) visitRecord(value, path, tree, isSecret)
  }

  function visitRecord(
    record: Readonly<Record<string, unknown>>,
    path: string,
    tree: SecretTree | undefined,
    isSecret: boolean,
  ): void {
    const name = record['name']
    const plugin = 'config' in record && typeof name === 'string' ? plugins[name] : undefined
    const fields = plugin ?? tree
    for (const [field, value] of Object.entries(record)) {
      values.plain.add(field)
      const own = fields?.[field]
      const isOwn =
        own === true || (fields === undefined ? isSecretName(field) : isSecretField(field, undefined))
      const list = Array.isArray(value) && own === undefined ? lists[field] : undefined
      // What is no list of Kong's has no schema: names decide.
      const below = list ?? (own === true ? undefined : own)
      visit(value, path === '' ? field : `${path}.${field}`, below, isSecret || (isOwn && list === undefined))
    }
  }

  visit(content, '', undefined, false)
}

function addText(text: string, path: string, isSecret: boolean, { secrets, plain }: Values): void {
  const isKey = text.includes('PRIVATE KEY-----')
  const password = /:\/\/[^\s/@:]*:([^\s/@]+)@/.exec(text)?.[1]
  if (password !== undefined) secrets.set(decoded(password), `${path} (a password in an address)`.trim())
  if ((isSecret || isKey) && !isVaultReference(text)) secrets.set(text, path)
  // A text of several lines may be a state file itself.
  else if (password === undefined && !text.includes('\n')) plain.add(text)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
