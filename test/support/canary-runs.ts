/**
 * Runs of every command with canaries in its files, flags, variables and config file, and the search for them
 * in all that it prints and writes.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeAll } from '../../src/cli/help/describe.ts'
import { commands } from '../../src/commands.ts'
import { newFolder } from './binary.ts'
import {
  canariesBelow,
  canariesIn,
  canary,
  configFile,
  environment,
  headerFlags,
  stateText,
} from './canaries.ts'
import { type Answer, startHost } from './deck-host.ts'

const flagsOf: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  (await describeAll(commands)).map(({ words, flags }) => [
    words.join(':'),
    new Set(flags.map(({ name }) => name)),
  ]),
)

/** By their ids (`gateway:sync`). What runs until it is ended is tested by itself. */
export const commandNames = [...flagsOf.keys()].filter(name => name !== 'serve' && name !== 'manager')

export const needsGateway = (name: string): boolean => !/^file|^convert|completion|version|show/.test(name)

/** Operations on files, and dumps: what they print is what they are for. */
const isPrinter = (name: string): boolean => /^file:(?!validate|lint|list-tags)|dump|^convert/.test(name)

export interface CanaryRuns {
  readonly state: string
  readonly ruleset: string
  /** Where the program may write. */
  readonly written: string
  /** A file that is no output. @returns its path */
  input(name: string, text: string): string
  /** The command with its files, and each way of writing what it does. */
  linesOf(name: string): string[][]
  run(argv: readonly string[]): Promise<Answer>
  /** @returns what shows a canary */
  leaksOf(name: string, argv: readonly string[]): Promise<string[]>
  leaksOnDisk(): string[]
  stop(): void
}

/** The arguments of commands that take more than state files, by the name of the command. */
function argumentsWith(
  input: CanaryRuns['input'],
  { state, ruleset, written }: Pick<CanaryRuns, 'state' | 'ruleset' | 'written'>,
): Readonly<Record<string, readonly string[]>> {
  const plugin = `{config: {secrt: [${canary('openapi')}]}}`
  const openapi = input(
    'openapi.yaml',
    `openapi: 3.0.3\ninfo: {title: a, version: "1"}\npaths: {/a: {get: {responses: {}, x-kong-plugin-session: ${plugin}}}}\n`,
  )
  const patch = input(
    'patch.yaml',
    `_format_version: "1.0"\npatches:\n- selectors: ["$..config"]\n  values: {secrt: ${canary('patch')}}\n`,
  )
  const conversion = ['--from', 'kong-gateway-2.x', '--to', 'kong-gateway-3.x', '--input-file', state]
  const added = `{"name":"session","config":{"secrt":"${canary('flag')}"}}`
  return {
    'file:lint': [ruleset, '-s', state],
    'file:patch': [patch, '-s', state],
    'file:openapi2kong': ['-s', openapi],
    'file:openapi2mcp': ['-s', openapi],
    'file:convert': conversion,
    convert: conversion,
    'file:add-tags': ['x', '-s', state],
    'file:add-plugins': ['-s', state, '--config', added, '--selector', '$..x'],
    'file:route': [state, 'GET', 'http://a.example/'],
    'file:format': ['deck', state],
    'gateway:show': [join(written, 'plan.json')],
    completion: ['bash'],
  }
}

export function startCanaryRuns(): CanaryRuns {
  const folder = newFolder()
  const [home, written] = [join(folder, 'home'), join(folder, 'written')]
  // A dump's and a conversion's own file.
  const inputs = new Set(['home/.deck.yaml', 'written/kong.yaml'])
  mkdirSync(home)
  mkdirSync(written)
  writeFileSync(join(home, '.deck.yaml'), configFile)
  const input = (name: string, text: string): string => {
    inputs.add(name)
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const state = input('state.yaml', stateText)
  const ruleset = input(
    'ruleset.yaml',
    'rules:\n  a: {given: "$..*", severity: error, then: {function: falsy}}\n',
  )
  const argumentsOf = argumentsWith(input, { state, ruleset, written })
  const host = startHost()
  const env = { HOME: home, TMPDIR: written, XDG_STATE_HOME: join(written, 'state'), ...environment }
  const run = (argv: readonly string[]): Promise<Answer> => host.run({ argv, cwd: written, env, stdin: '' })
  const leaksOnDisk = (): string[] => canariesBelow(folder, inputs)

  return {
    state,
    ruleset,
    written,
    input,
    run,
    leaksOnDisk,
    linesOf: name => {
      const has = (flag: string): boolean => flagsOf.get(name)?.has(flag) === true
      const file = has('state') ? ['-s', state] : /ping|reset|dump|version/.test(name) ? [] : [state]
      const answers = /reset/.test(name) ? ['--force'] : has('yes') ? ['--yes'] : []
      const line = [...name.split(':'), ...(argumentsOf[name] ?? file), ...answers]
      const report = (format: string) => [
        ...line,
        '--report',
        `${format}=${join(written, `report.${format}`)}`,
      ]
      return [
        [...line, '--verbose', '1'],
        ...(has('json-output') ? [[...line, '--json-output']] : []),
        ...(has('out') ? [[...line, '--out', join(written, 'plan.json')]] : []),
        ...(has('report') ? ['markdown', 'html', 'json', 'junit', 'sarif', 'github'].map(report) : []),
      ]
    },
    leaksOf: async (name, argv) => {
      const { exit, stdout, stderr } = await run([...argv, ...headerFlags])
      const found = canariesIn(isPrinter(name) && exit === 0 ? stderr : stdout + stderr)
      const isRegular = typeof exit === 'number' && exit >= 0 && exit <= 2
      return [...(isRegular ? [] : [`${argv.join(' ')}: exit ${exit}`]), ...found, ...leaksOnDisk()]
    },
    stop: () => host.stop(),
  }
}
