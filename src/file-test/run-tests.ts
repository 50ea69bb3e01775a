/**
 * Runs the tests of a file, each with its own gateway, stand-in backends, and a clock that only the test
 * moves.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientSettings } from '../admin-client/settings.ts'
import type { RouterFlavor } from '../entities/expressions/router-flavors.ts'
import type { Version } from '../entities/language/define.ts'
import { DeckError, type Diagnostic } from '../errors.ts'
import { problem } from '../file/problem.ts'
import type { Gateway, GatewayOptions } from '../gateway/gateway.ts'
import type { selfSigned } from '../gateway/tls/self-signed.ts'
import { deviations, type Exchange } from './expectations.ts'
import { secondsOf } from './format.ts'
import { type Proxies, send } from './send.ts'
import { createStandIn, type Received, type StandIn } from './stand-ins.ts'
import type { RequestStep, Step, Test, TestsFile } from './tests-file.ts'

export interface TestResult {
  readonly name: string
  /** Empty: passed. */
  readonly failures: readonly Diagnostic[]
}

export interface TestRun {
  readonly tests: TestsFile
  /** Hosts of stand-in backends; undefined: real backends are used. */
  readonly hosts: readonly string[] | undefined
  readonly version: Version
  readonly flavor: RouterFlavor
  /** Plugins that the gateway is to know although it does not run them. */
  readonly otherPlugins: readonly string[]
  readonly startGateway: (options: GatewayOptions) => Promise<Gateway>
  readonly selfSigned: typeof selfSigned
  /** Makes the gateway as the state files say. @throws DeckError */
  readonly load: (gateway: Gateway) => Promise<void>
  readonly signal: ClientSettings['signal']
  readonly log: (line: string) => void
}

/** Seconds of real time that one test may take, whatever its steps. */
const longest = 120

/** In the order of the file. @throws DeckError where a gateway cannot be made as the files say */
export async function* runTests(run: TestRun): AsyncGenerator<TestResult> {
  for (const [index, test] of run.tests.tests.entries()) {
    if (run.signal?.aborted === true) throw interrupted(run.signal)
    yield { name: test.name, failures: await runTest(test, ['tests', index], run) }
  }
}

const interrupted = ({ reason }: AbortSignal): DeckError =>
  reason instanceof DeckError ? reason : new DeckError('interrupted')

interface Stage {
  readonly proxies: Proxies
  readonly clock: Clock
  readonly standIns: ReadonlyMap<string, StandIn>
  /** Requests that backends received since the last step. */
  readonly received: Received[]
  readonly sweep: () => Promise<void>
}

interface Clock {
  readonly now: () => number
  move(seconds: number): void
}

const hour = 3_600_000

function createClock(start: string | undefined): Clock {
  let time = start === undefined ? Math.floor(Date.now() / hour) * hour : Date.parse(start)
  return {
    now: () => time,
    move: seconds => {
      time += seconds * 1000
    },
  }
}

async function runTest(test: Test, path: readonly (string | number)[], run: TestRun): Promise<Diagnostic[]> {
  const { tests, hosts, signal } = run
  const received: Received[] = []
  const backends = new Map(Object.entries(tests.backends).map(([name, one]) => [name.toLowerCase(), one]))
  const clock = createClock(tests.clock)
  const standIns = new Map<string, StandIn>()
  const certificate = run.selfSigned('localhost', Date.now())
  let gateway: Gateway | undefined
  try {
    for (const name of hosts ?? []) {
      const answers = backends.get(name) ?? []
      standIns.set(name, await createStandIn(name, answers, certificate, one => received.push(one)))
    }
    gateway = await run.startGateway(optionsOf(run, clock, standIns, usesTls(test)))
    await run.load(gateway)
    const { proxy, proxyTls, admin } = gateway
    // The gateway removes what has expired before each request to the Admin API.
    const sweep = async () => void (await fetch(admin).then(answer => answer.arrayBuffer()))
    const stage = { proxies: { proxy, proxyTls }, clock, standIns, received, sweep }
    return await withinTime(steps(test, path, stage, run), signal, () => [
      problem('test-failed', `the test took longer than ${longest} s`, tests.document.whereIs(path)),
    ])
  } finally {
    await gateway?.close(0)
    await Promise.all([...standIns.values()].map(one => one.stop()))
  }
}

/** @throws DeckError where the run is interrupted; the work is not waited for then */
async function withinTime<T>(work: Promise<T>, signal: AbortSignal | undefined, late: () => T): Promise<T> {
  const ended = new AbortController()
  const timeUp = sleep(longest * 1000, undefined, { signal: ended.signal }).then(late)
  const stopped = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(interrupted(signal)), { signal: ended.signal })
  })
  try {
    return await Promise.race([work, timeUp, stopped])
  } finally {
    timeUp.catch(() => {})
    ended.abort()
  }
}

const usesTls = ({ steps }: Test): boolean =>
  steps.some(step => 'request' in step && / https:/.test(step.request))

function optionsOf(
  { version, flavor, hosts, otherPlugins, log }: TestRun,
  clock: Clock,
  standIns: ReadonlyMap<string, StandIn>,
  isTls: boolean,
): GatewayOptions {
  const loopback = { host: '127.0.0.1', port: 0 }
  const resolve = new Map([...standIns].map(([name, { port }]) => [name, { ...loopback, port }]))
  return {
    adminListen: loopback,
    proxyListen: loopback,
    ...(isTls && { proxyTlsListen: loopback }),
    version,
    routerFlavor: flavor,
    otherPlugins,
    now: clock.now,
    log,
    // No name server exists at this address: a name without a stand-in is never resolved.
    ...(hosts !== undefined && { resolve, sendsLogs: false, nameServers: [{ host: '127.0.0.1', port: 9 }] }),
  }
}

async function steps(
  { steps: all }: Test,
  path: readonly (string | number)[],
  stage: Stage,
  run: TestRun,
): Promise<Diagnostic[]> {
  const failures: Diagnostic[] = []
  for (const [index, step] of all.entries()) {
    if (run.signal?.aborted === true) return failures
    failures.push(...(await runStep(step, [...path, 'steps', index], stage, run)))
  }
  return failures
}

async function runStep(
  step: Step,
  path: readonly (string | number)[],
  stage: Stage,
  run: TestRun,
): Promise<Diagnostic[]> {
  if ('request' in step) return requests(step, path, stage, run)
  // A pause does not keep the process alive when the run is interrupted.
  if ('pause' in step) await sleep(step.pause * 1000, undefined, { ref: false })
  if ('wait' in step) {
    stage.clock.move(secondsOf(step.wait))
    await stage.sweep()
  }
  const name = 'stop' in step ? step.stop : 'start' in step ? step.start : undefined
  if (name === undefined) return []
  const standIn = stage.standIns.get(name.toLowerCase())
  await ('stop' in step ? standIn?.stop() : standIn?.start())
  return []
}

async function requests(
  step: RequestStep,
  path: readonly (string | number)[],
  stage: Stage,
  run: TestRun,
): Promise<Diagnostic[]> {
  const { tests } = run
  const { times = 1, expect = {} } = step
  const exchanges: Exchange[] = []
  for (let sent = 0; sent < times && run.signal?.aborted !== true; sent++) {
    stage.received.length = 0
    try {
      const response = await send(step, stage.proxies, tests.timeout)
      exchanges.push(exchangeOf(response, stage))
    } catch (error) {
      const where = tests.document.whereIs([...path, 'request'])
      return [problem('test-failed', `${step.request}: ${reasonOf(error)}${which(sent, times)}`, where)]
    }
  }
  return deviations(expect, exchanges).map(one => {
    const where = tests.document.whereIs([...path, 'expect', ...one.path], 'value')
    const about = one.index === undefined ? '' : which(one.index, times)
    return problem('test-failed', `${one.message} (${step.request}${about})`, where)
  })
}

const which = (index: number, times: number): string =>
  times === 1 ? '' : `, request ${index + 1} of ${times}`

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The gateway reports the address of a stand-in instead of a service's own host. */
function exchangeOf(response: Exchange['response'], { standIns, received }: Stage): Exchange {
  const { target } = response.trace
  const port = /^127\.0\.0\.1:(\d+)$/.exec(target ?? '')?.[1]
  const standIn = [...standIns.values()].find(one => String(one.port) === port)
  return { response, received: received.at(-1), target: standIn?.name ?? target?.toLowerCase() ?? undefined }
}
