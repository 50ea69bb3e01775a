/**
 * All old names and short forms of fields of the plugins and kinds of both versions of Kong: they are read
 * without a false warning, make no difference once they are applied, and a change shows what the file says.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Field, Fields, Shorthand } from '../../src/entities/language/define.ts'
import { replacementsOf } from '../../src/entities/language/shorthands.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { pluginSchema, plugins } from '../../src/entities/plugin-registry.ts'
import { deck } from '../support/binary.ts'
import { gatewayCommands } from '../support/gateway-commands.ts'
import { leastConfig } from '../support/sample-plugin.ts'

interface OldName {
  readonly plugin: string
  /** In the configuration: `['storage_config', 'redis', 'auth']`. */
  readonly path: readonly string[]
  readonly field: Field
}

function versionOf(text: string) {
  const version = parseVersion(text)
  if (version === undefined) throw new Error(text)
  return version
}

function oldNames(kong: string): OldName[] {
  return plugins.flatMap(({ name: plugin }) => {
    const config = pluginSchema(plugin, versionOf(kong))?.fields['config']
    return config === undefined ? [] : namesIn(config, []).map(one => ({ plugin, ...one }))
  })
}

function namesIn({ fields = {}, shorthand_fields = {} }: Field, above: string[]): Omit<OldName, 'plugin'>[] {
  const short = Object.entries(shorthand_fields).map(([name, field]) => ({ path: [...above, name], field }))
  const own = Object.entries(fields as Fields).flatMap(([name, field]) => [
    ...(field.deprecation === undefined ? [] : [{ path: [...above, name], field }]),
    ...namesIn(field, [...above, name]),
  ])
  return [...short, ...own]
}

/** Two values that a field takes; the gateway is to have the first one. */
function valuesOf({ path, field, plugin }: OldName): [unknown, unknown] {
  const [first, second] = field.one_of ?? []
  if (second !== undefined) return [first, second]
  if (field.type === 'boolean') return [true, false]
  if (field.type === 'integer' || field.type === 'number') return [7, 8]
  const texts = plugin === 'ip-restriction' ? ['10.0.0.0/8', '10.1.0.0/16'] : ['one', 'two']
  if (plugin === 'opentelemetry') return ['http://one.example/', 'http://two.example/']
  if (path.at(-1) === 'cookie_samesite') return ['Strict', 'None']
  if (field.type !== 'array') return [texts[0], texts[1]]
  return [[texts[0]], [texts[1]]]
}

/** One plugin: with one old name, or with all of them where there can be only one such plugin. */
interface Case {
  readonly plugin: string
  readonly isGlobal: boolean
  readonly names: readonly OldName[]
}

function casesOf(kong: string): Case[] {
  const all = oldNames(kong)
  return plugins.flatMap(({ name: plugin }): Case[] => {
    const names = all.filter(one => one.plugin === plugin)
    const isGlobal = pluginSchema(plugin, versionOf(kong))?.fields['service']?.eq === null
    if (isGlobal && names.length > 0) return [{ plugin, isGlobal, names }]
    return names.map(name => ({ plugin, isGlobal, names: [name] }))
  })
}

/** What is demanded of the configuration; what an old name stands for is not said by its new name as well. */
function configOf({ plugin, names }: Case, which: 0 | 1, kong: string): Record<string, unknown> {
  // Of the two lists there may be only one.
  const config = plugin === 'acl' ? {} : structuredClone(leastConfig(plugin, kong))
  for (const name of names) {
    const value = valuesOf(name)[which]
    for (const given of Object.keys((name.field as Shorthand).gives?.(value) ?? {})) delete config[given]
    put(config, name.path, value)
  }
  return config
}

function put(
  record: Record<string, unknown>,
  [first = '', ...rest]: readonly string[],
  value: unknown,
): void {
  if (rest.length > 0) record[first] ??= {}
  if (rest.length > 0) put(record[first] as Record<string, unknown>, rest, value)
  else record[first] = value
}

/** The fields that two values of a name are shown by, with these values. */
function newFields(name: OldName): Record<string, readonly [unknown, unknown]> {
  const values = valuesOf(name)
  const { path, field } = name
  const at = (steps: readonly string[]) => ['config', ...path.slice(0, -1), ...steps].join('.')
  const { gives } = field as Shorthand
  if (gives !== undefined) {
    const [before = {}, after] = values.map(value => gives(value))
    return Object.fromEntries(Object.keys(before).map(key => [at([key]), [before[key], after?.[key]]]))
  }
  const paths = replacementsOf(field as Shorthand)
  return Object.fromEntries((paths.length > 0 ? paths : [path.slice(-1)]).map(to => [at(to), values]))
}

describe.each(['2.8', '3.9'])('old names on Kong %s', kong => {
  const cases = casesOf(kong)
  const { folder, run } = gatewayCommands(versionOf(kong))

  /** Each case with the first or the second values, on a service of its own. */
  const write = (which: 0 | 1 | 'none'): void => {
    const pluginOf = (one: Case) => ({
      name: one.plugin,
      config: which === 'none' ? leastConfig(one.plugin, kong) : configOf(one, which, kong),
    })
    const services = cases.map((one, index) => ({
      name: `s${index}`,
      url: `http://s${index}.example:80${Number(which) || 0}0/path`,
      ...(!one.isGlobal && { plugins: [pluginOf(one)] }),
    }))
    const plugins = cases.filter(({ isGlobal }) => isGlobal).map(pluginOf)
    const file = { _format_version: kong === '2.8' ? '1.1' : '3.0', services, plugins }
    writeFileSync(join(folder, `${which}.json`), JSON.stringify(file))
  }

  it('the registry has old names', () => {
    expect(cases.length).toBeGreaterThan(5)
  })

  it('are taken without a warning, and make no difference when they are there', async () => {
    write(0)
    const synced = await run('sync', '0.json')
    expect(synced).toMatchObject({ exit: 0, stderr: '' })
    expect(synced.stdout).toContain(`Created: ${2 * cases.length}\n`)
    const diff = await run('diff', '0.json', '--non-zero-exit-code')
    expect(diff).toMatchObject({ exit: 0, stderr: '' })
    expect(await run('dump', '-o', 'dump.yaml')).toMatchObject({ exit: 0 })
    expect(await run('diff', 'dump.yaml', '--non-zero-exit-code')).toMatchObject({ exit: 0, stderr: '' })
  })

  it('are warnings of validate with what replaces them', async () => {
    write(1)
    const online = await run('validate', '1.json')
    const file = join(folder, '1.json')
    const offline = await deck(['file', 'validate', file, '--kong-version', kong])
    expect([online.exit, offline.code]).toEqual([0, 0])
    const warnings = warningsIn(online.stderr)
    expect(warningsIn(offline.stderr)).toEqual(warnings)
    // The fields of 2.8 that 3.x replaced are deprecated in 3.x only.
    const isOld = ({ field }: OldName) => kong !== '2.8' || (field as Shorthand).gives !== undefined
    const names = cases.flatMap(one => one.names.filter(isOld))
    expect(names.length).toBeGreaterThan(3)
    expect(warnings.map(({ field }) => field).sort()).toEqual(names.map(({ path }) => fieldText(path)).sort())
    for (const name of names) {
      const hints = warnings.filter(({ field }) => field === fieldText(name.path)).map(({ hint }) => hint)
      expect(hints, name.plugin).toContain(expectedHint(name))
    }
  })

  it('are warnings in a dump only where Kong stores them as fields of their own', async () => {
    const warningsOfDump = async (file: string) => {
      expect(await run('sync', file, '--yes')).toMatchObject({ exit: 0 })
      await run('dump', '-o', 'dump.yaml', '--yes')
      const { exit, stderr } = await run('validate', 'dump.yaml')
      expect(exit).toBe(0)
      expect(stderr === '').toBe(warningsIn(stderr).length === 0)
      return warningsIn(stderr).map(({ field }) => field)
    }
    write(1)
    const stored = cases.flatMap(one => one.names.filter(isStored(kong)))
    expect((await warningsOfDump('1.json')).sort()).toEqual(stored.map(({ path }) => fieldText(path)).sort())
    write('none')
    expect(await warningsOfDump('none.json')).toEqual([])
  })

  it('are shown as what the file says of them', async () => {
    write(0)
    write(1)
    await run('sync', '0.json')
    const { exit, stdout, stderr } = await run('diff', '1.json', '--json-output')
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    const shown = new Map(updatesIn(stdout).map(one => [one.name, one.changed_fields]))
    for (const [index, { plugin, isGlobal, names }] of cases.entries()) {
      expect(shown.get(`s${index}`)).toEqual([expect.objectContaining({ path: 'port', new: 8010 })])
      const fields = shown.get(isGlobal ? `${plugin} (global)` : `${plugin} for service s${index}`) ?? []
      const expected: ReturnType<typeof newFields> = Object.assign({}, ...names.map(newFields))
      const label = `${plugin} ${names.map(({ path }) => path.join('.'))}`
      expect(fields.map(({ path }) => path).sort(), label).toEqual(Object.keys(expected).sort())
      for (const { path, old, new: now } of fields) {
        if (now !== '[masked]') expect([old, now], label).toEqual(expected[path])
      }
    }
  })
})

/** Fields of 3.x; the other old names become new ones when they are written. */
const isStored =
  (kong: string) =>
  ({ field }: OldName): boolean =>
    kong !== '2.8' &&
    (field as Shorthand).gives === undefined &&
    replacementsOf(field as Shorthand).length === 0

const fieldText = (path: readonly string[]): string => ['config', ...path].join('.')

const warningsIn = (stderr: string): { field: string; hint: string }[] =>
  [...stderr.matchAll(/: warning: (config\.\S+) .*\n.*\n.*\^\nhint: (.*)/g)].map(
    ([, field = '', hint = '']) => ({ field, hint }),
  )

function expectedHint(name: OldName): string {
  const message = (name.field.deprecation as { message?: string } | undefined)?.message
  const [, said] = / please use (.*) instead$/.exec(message ?? '') ?? []
  const [first] = Object.keys(newFields(name))
  return (said ?? first) === undefined ? 'leave the field out' : `use ${said ?? first} instead`
}

interface Update {
  readonly name: string
  readonly changed_fields: readonly { readonly path: string; readonly old: unknown; readonly new: unknown }[]
}

const updatesIn = (stdout: string): readonly Update[] => JSON.parse(stdout).changes.updating
