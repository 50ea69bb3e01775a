/**
 * `deck file test`: files and tests → results, printed; once, or with `watch` after each change of a file.
 */
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientSettings } from '../admin-client/settings.ts'
import type { RouterFlavor } from '../entities/expressions/router-flavors.ts'
import type { Version } from '../entities/language/define.ts'
import { createSchemas } from '../entities/language/schemas.ts'
import { openSubschema } from '../entities/language/subschemas.ts'
import { DeckError, type Diagnostic, exitCodes, refuseErrors, StateFileError } from '../errors.ts'
import type { FileEntity } from '../file/nesting.ts'
import { problem } from '../file/problem.ts'
import { readTexts } from '../file/read.ts'
import type { Gateway } from '../gateway/gateway.ts'
import { entitySets } from '../recipes/entity-sets.ts'
import { loadStrictly } from '../recipes/load-strictly.ts'
import { reconcile } from '../recipes/reconcile/reconcile.ts'
import { printDiagnostics } from '../recipes/report-diagnostics.ts'
import { silent } from '../recipes/silent.ts'
import { readInput, type Terminal } from '../recipes/terminal.ts'
import { writeWhole } from '../recipes/write-whole.ts'
import {
  type Result,
  renderCount,
  renderJunit,
  renderResult,
  renderTap,
  type TestFormat,
} from '../report/test-report.ts'
import { lastChange } from './changes.ts'
import { upstreamHosts } from './hosts.ts'
import { runTests, type TestRun } from './run-tests.ts'
import { readTests, type TestsFile } from './tests-file.ts'

export interface FileTestOptions extends Pick<TestRun, 'startGateway' | 'selfSigned'> {
  /** Names of the plugins that the gateway runs. */
  readonly runningPlugins: readonly string[]
  readonly files: readonly string[]
  /** TESTS.yaml. */
  readonly testsFile: string
  readonly version: Version
  readonly flavor: RouterFlavor
  readonly realBackends: boolean
  /** `--strict`: a plugin that does not run fails the tests. */
  readonly isStrict: boolean
  readonly format: TestFormat
  /** `-` is standard output. */
  readonly outputFile: string
  readonly client: ClientSettings
}

/** @returns the exit code: 1 where a test fails; @throws DeckError, for bad files a StateFileError */
export async function fileTest(options: FileTestOptions, io: Terminal): Promise<number> {
  const input = options.files.includes('-') ? await readInput(io) : undefined
  return runOnce(options, io, input)
}

/**
 * Again after each change, until the run is interrupted.
 *
 * @param printError prints what ends one run; the next begins all the same
 */
export async function watchTests(
  options: FileTestOptions,
  io: Terminal,
  printError: (error: unknown) => Promise<void>,
): Promise<number> {
  const names = [...options.files, options.testsFile]
  for (;;) {
    const seen = lastChange(names)
    await runOnce(options, io, undefined).catch(printError)
    io.stdout.write(`watching ${names.join(', ')}; Ctrl-C ends\n`)
    while (lastChange(names) === seen) {
      await sleep(200)
      if (options.client.signal?.aborted === true) return exitCodes.done
    }
  }
}

async function runOnce(options: FileTestOptions, io: Terminal, input: Buffer | undefined): Promise<number> {
  const again = (): Terminal => (input === undefined ? io : { ...io, stdin: Readable.from([input]) })
  const tests = await testsOf(options, io)
  const { hosts, notRun } = await readState(options, tests, again())
  const run: TestRun = {
    ...options,
    tests,
    otherPlugins: notRun,
    hosts: options.realBackends ? undefined : hosts,
    load: gateway => load(gateway, options, again()),
    signal: options.client.signal,
    log: onlyOnce(line => isSaid(line, notRun) || io.stderr.write(`${line}\n`)),
  }
  const hide = hiding(options.client.hidden ?? [])
  const results: Result[] = []
  const streams = options.format === 'text' && options.outputFile === '-'
  for await (const { name, failures } of runTests(run)) {
    const result = { name, failures: failures.map(one => ({ ...one, message: hide(one.message) })) }
    results.push(result)
    if (streams) io.stdout.write(renderResult(result, io.chalk))
  }
  if (streams) io.stdout.write(renderCount(results))
  else await write(reportOf(results, options, io), options, io)
  return results.every(({ failures }) => failures.length === 0) ? exitCodes.done : exitCodes.failure
}

async function testsOf({ testsFile }: FileTestOptions, { env }: Terminal): Promise<TestsFile> {
  const { texts, diagnostics } = await readTexts([testsFile])
  const [text, ...more] = texts
  if (text === undefined) throw new StateFileError(diagnostics, 'the tests')
  if (more.length > 0) throw new DeckError(`${testsFile} is a folder: the tests are one file`)
  return readTests(text, env)
}

/** The gateway's messages about plugins that it does not run are reported at their lines. */
const isSaid = (line: string, notRun: readonly string[]): boolean =>
  notRun.some(name => line.startsWith(`plugin ${name} is configured`))

interface TestedState {
  /** The hosts with stand-in backends. */
  readonly hosts: readonly string[]
  /** Plugins that the gateway does not run. */
  readonly notRun: readonly string[]
}

/** @throws StateFileError for what is wrong in the state files, and for backends that they do not have */
async function readState(
  { files, version, flavor, realBackends, runningPlugins, isStrict }: FileTestOptions,
  tests: TestsFile,
  io: Terminal,
): Promise<TestedState> {
  const { pluginSchema } = await import('../entities/plugin-registry.ts')
  const { file, diagnostics } = await loadStrictly(files, { version, flavor }, io)
  const schemas = createSchemas(version, name => pluginSchema(name, version, true), { routerFlavor: flavor })
  const entities = entitySets(file, schemas)
  const notRun = file.entities.filter(one => {
    const { name } = openSubschema(one.definition, one.values) ?? {}
    return name !== undefined && one.values['enabled'] !== false && !runningPlugins.includes(name)
  })
  const found = [...diagnostics, ...entities.diagnostics, ...notRun.map(one => pluginNotRun(one, isStrict))]
  refuseErrors(found)
  printDiagnostics(found, [], io)
  const hosts = upstreamHosts(entities)
  const problems = unknownBackends(tests, realBackends ? [] : hosts)
  if (problems.length > 0) throw new StateFileError(problems, 'the tests')
  return { hosts, notRun: [...new Set(notRun.map(({ values }) => String(values['name'])))] }
}

function pluginNotRun({ definition, values, document, path }: FileEntity, isStrict: boolean): Diagnostic {
  const { key = 'name', name } = openSubschema(definition, values) ?? {}
  return problem(
    'plugin-not-run',
    `plugin "${name}" is not run: requests pass as if it were not there`,
    document.whereIs([...path, key]),
    { severity: isStrict ? 'error' : 'warning' },
  )
}

/** Backends in the tests that no stand-in serves. */
function unknownBackends({ backends, tests, document }: TestsFile, hosts: readonly string[]): Diagnostic[] {
  const answering = Object.keys(backends).map(name => ({ name, path: ['backends', name] }))
  const stopping = tests.flatMap(({ steps }, test) =>
    steps.flatMap((step, index) => {
      const path = ['tests', test, 'steps', index]
      if ('stop' in step) return [{ name: step.stop, path: [...path, 'stop'] }]
      return 'start' in step ? [{ name: step.start, path: [...path, 'start'] }] : []
    }),
  )
  return [...answering, ...stopping]
    .filter(({ name }) => !hosts.includes(name.toLowerCase()))
    .map(({ name, path }) => {
      const part = path[0] === 'backends' ? 'key' : 'value'
      const hint =
        hosts.length === 0 ? 'no backend stands in for a host' : `there are these: ${hosts.join(', ')}`
      const message = `no backend stands in for ${JSON.stringify(name)}`
      return problem('tests-file', message, document.whereIs(path, part), { hint })
    })
}

/** The output of the sync is shown only if it fails. */
async function load({ admin }: Gateway, { files, client }: FileTestOptions, io: Terminal): Promise<void> {
  const said: string[] = []
  const stderr = silent()
  stderr.write = (text: string | Uint8Array) => said.push(String(text)) > 0
  const settings = { ...client, address: admin, headers: {}, tls: {} }
  const code = await reconcile(
    { mode: 'sync', files, client: settings, silenceEvents: true },
    { ...io, stdout: silent(), stderr },
  )
  if (code === exitCodes.done) return
  io.stderr.write(said.join(''))
  throw new DeckError('the gateway refused the files')
}

function onlyOnce(write: (line: string) => void): (line: string) => void {
  const said = new Set<string>()
  return line => {
    if (!said.has(line)) write(line)
    said.add(line)
  }
}

/** Values of the environment in responses are masked. */
const hiding =
  (values: readonly string[]) =>
  (text: string): string =>
    values.reduce((shown, value) => shown.replaceAll(value, '[masked]'), text)

function reportOf(results: readonly Result[], { format, testsFile }: FileTestOptions, io: Terminal): string {
  if (format === 'tap') return renderTap(results)
  if (format === 'junit') return renderJunit(results, testsFile)
  return results.map(one => renderResult(one, io.chalk)).join('') + renderCount(results)
}

async function write(text: string, { outputFile }: FileTestOptions, { stdout }: Terminal): Promise<void> {
  if (outputFile === '-') stdout.write(text)
  else await writeWhole(outputFile, text)
}
