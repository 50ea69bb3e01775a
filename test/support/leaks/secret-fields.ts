/**
 * The fields that hold secrets, read once from the registry. Test processes get this small value instead of
 * loading all kinds and plugins.
 */
import type { TestProject } from 'vitest/node'
import { everyKind } from '../../../src/entities/enterprise.ts'
import type { Definition, Field, Fields } from '../../../src/entities/language/define.ts'
import { parseVersion } from '../../../src/entities/language/versions.ts'
import { pluginSchema, plugins } from '../../../src/entities/plugin-registry.ts'
import { registry } from '../../../src/entities/registry.ts'
import { isSecretField } from '../../../src/state/secrets.ts'

/** The fields of a record that are secret (`true`) or have secrets in them. */
export interface SecretTree {
  readonly [field: string]: true | SecretTree
}

export interface SecretFields {
  /** By the name of a list of entities in a state file or in Kong's declarative format. */
  readonly lists: Readonly<Record<string, SecretTree>>
  /** The name of a list, by the kind of its entities. */
  readonly kinds: Readonly<Record<string, string>>
  /** By the plugin's name. */
  readonly plugins: Readonly<Record<string, SecretTree>>
  /** Lists of the Admin API with secrets in them, by their path. */
  readonly paths: Readonly<Record<string, string>>
  /** Names of fields, kinds and plugins, which stand in every output. */
  readonly words: readonly string[]
}

declare module 'vitest' {
  export interface ProvidedContext {
    secretFields: SecretFields
  }
}

/** Vitest's global set-up. */
export default function setUp(project: TestProject): void {
  project.provide('secretFields', secretFields())
}

function secretFields(): SecretFields {
  const lists: Record<string, SecretTree> = {}
  for (const definition of everyKind)
    for (const name of [definition.fileKey, definition.schema]) lists[name] = treeOfKind(definition)
  const withSecrets = registry.filter(({ fileKey }) => Object.keys(lists[fileKey] ?? {}).length > 0)
  const paths = Object.fromEntries(withSecrets.map(({ adminPath, fileKey }) => [adminPath, fileKey]))
  const kinds = Object.fromEntries(everyKind.map(({ kind, fileKey }) => [kind, fileKey]))
  const words = new Set(everyKind.flatMap(one => [one.kind, one.schema, ...namesIn(one.fields)]))
  const byPlugin: Record<string, SecretTree> = {}
  for (const { name, config } of plugins) {
    byPlugin[name] = treeOf(pluginFields(name))
    for (const word of [name, ...namesIn(config)]) words.add(word)
  }
  return { lists, kinds, plugins: byPlugin, paths, words: [...words] }
}

/** Of all versions: a secret field of an old one is secret too. */
const pluginFields = (name: string): Fields =>
  Object.assign({}, ...['2.8.5', '3.9.1'].map(text => schemaAt(name, text)?.fields))

function schemaAt(name: string, text: string) {
  const version = parseVersion(text)
  return version && pluginSchema(name, version)
}

/** With the fields of each type that the kind has (a vault's by its name). */
function treeOfKind({ fields, subschema }: Definition): SecretTree {
  const types = Object.values(subschema?.types ?? {}).map(type => treeOf(type.fields as Fields))
  return Object.assign({}, treeOf(fields), ...types)
}

function treeOf(fields: Fields): SecretTree {
  const entries = Object.entries(fields).flatMap(([name, field]): [string, true | SecretTree][] => {
    if (isSecretField(name, field)) return [[name, true]]
    const inner = recordFields(field)
    return inner === undefined ? [] : [[name, treeOf(inner)]]
  })
  return Object.fromEntries(entries)
}

/** Of a record, or of the records in a list. */
const recordFields = ({ fields, elements }: Field): Fields | undefined =>
  fields ?? (elements && recordFields(elements))

const namesIn = (fields: Fields): string[] =>
  Object.entries(fields).flatMap(([name, field]) => [name, ...namesIn(recordFields(field) ?? {})])
