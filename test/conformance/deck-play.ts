/** Plays a recorded case of decK: its commands by the built program, each case against a gateway of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { commands } from '../../src/commands.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { startGateway } from '../../src/gateway/gateway.ts'
import type { Host } from '../support/deck-host.ts'
import { compareStates, compareStep } from './deck-compare.ts'
import { withPurpose } from './deck-purpose.ts'
import type { CommandStep, DeckCase, StateStep } from './deck-recordings.ts'

export interface Verdict {
  readonly step: string
  readonly what: 'matched' | 'unmatched' | 'on purpose' | 'not concerned'
  readonly why: string
  /** What this program said on stderr, where it is not alike. */
  readonly stderr?: string
}

/**
 * What a case is not about the commands alone: entities that other programs made, or files elsewhere. Such
 * cases cannot be played.
 */
function otherHands({ steps, files }: DeckCase): string | undefined {
  let there = 0
  for (const step of steps) {
    if (!('argv' in step)) continue
    if (step.argv.some(word => word.startsWith('/'))) return 'files outside of its folder'
    const missing = step.argv
      .map(word => word.replace('{CWD}/', ''))
      .some(
        word => /^(tests|testdata)\//.test(word) && !Object.keys(files).some(name => name.startsWith(word)),
      )
    if (missing && step.exit === 0) return 'files that were not recorded'
    const [created = 0, , deleted = 0] =
      /Created: (\d+)\n\s*Updated: (\d+)\n\s*Deleted: (\d+)/
        .exec(step.argv.includes('diff') ? '' : step.stdout)
        ?.slice(1)
        .map(Number) ?? []
    there += created - deleted
    if (there < 0) return 'more is deleted than was made'
  }
  return undefined
}

export async function playCase(recorded: DeckCase, host: Host): Promise<Verdict[]> {
  const others = otherHands(recorded)
  if (others !== undefined) return [{ step: '', what: 'not concerned', why: others }]
  const version = parseVersion(recorded.kong)
  if (version === undefined) throw new Error(`no version ${recorded.kong}`)
  const any = { port: 0 }
  const gateway = await startGateway({ adminListen: any, proxyListen: any, version })
  const folder = mkdtempSync(path.join(tmpdir(), 'deck-case-'))
  try {
    const [cwd, home] = prepare(recorded, folder, gateway.admin)
    const verdicts: Verdict[] = []
    for (const [index, step] of recorded.steps.entries()) {
      if ('state' in step) verdicts.push(await stateVerdict(step, gateway.admin, `state-${index + 1}`))
      else {
        const verdict = await commandVerdict(step, {
          host,
          cwd,
          home,
          admin: gateway.admin,
          files: recorded.files,
        })
        verdicts.push(verdict)
      }
    }
    return withPurpose(recorded, verdicts)
  } finally {
    await gateway.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns the folder to run in, and the home folder, whose config file has the address */
function prepare({ files }: DeckCase, folder: string, admin: string): [string, string] {
  const [cwd, home] = [path.join(folder, 'work'), path.join(folder, 'home')]
  mkdirSync(cwd)
  mkdirSync(home)
  writeFileSync(path.join(home, '.deck.yaml'), `kong-addr: ${admin}\n`)
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(cwd, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(
      file,
      typeof content === 'string' ? filled(content, admin, cwd) : Buffer.from(content.base64, 'base64'),
    )
  }
  return [cwd, home]
}

const filled = (text: string, admin: string, cwd: string): string =>
  text.replaceAll('{ADMIN}', admin).replaceAll('{CWD}', cwd)

interface Place {
  readonly host: Host
  readonly cwd: string
  readonly home: string
  readonly admin: string
  readonly files: DeckCase['files']
}

async function commandVerdict(step: CommandStep, { host, cwd, home, admin, files }: Place): Promise<Verdict> {
  const argv = step.argv.slice(1).map(word => filled(word, admin, cwd))
  const [first = '', second = ''] = argv
  if (['gateway', 'file'].includes(first) && second in foreignCommands(first)) {
    return { step: step.name, what: 'not concerned', why: `deck ${first} ${second}` }
  }
  // The line that restores decK's behaviour where it deletes without a question.
  const decksWay = { DECK_MAX_DELETES: 'all' }
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, ...decksWay, ...step.env }
  const given = step.stdin === undefined ? '' : files[step.stdin]
  const ours = await host.run({ argv, cwd, env, stdin: typeof given === 'string' ? given : '' })
  return {
    step: step.name,
    what: 'matched',
    why: '',
    ...different(compareStep(argv, step, ours), ours.stderr),
  }
}

const different = (why: string | undefined, stderr: string) =>
  why === undefined ? {} : { what: 'unmatched' as const, why, stderr }

/** decK's commands on files that are not commands here yet. */
const deckFileCommands = [
  'add-plugins',
  'add-tags',
  'ai2kong',
  'convert',
  'format',
  'lint',
  'list-tags',
  'merge',
  'namespace',
  'kong2kic',
  'kong2tf',
  'openapi2kong',
  'openapi2mcp',
  'patch',
  'remove-tags',
  'render',
]

const foreignCommands = (topic: string): Record<string, true> =>
  topic === 'file'
    ? Object.fromEntries(
        deckFileCommands.filter(name => !(`file:${name}` in commands)).map(name => [name, true]),
      )
    : {}

async function stateVerdict({ state }: StateStep, admin: string, step: string): Promise<Verdict> {
  const theirs: Record<string, Row[]> = {}
  for (const [endpoint, { data = [] }] of Object.entries(state)) {
    // Lists below one entity (/upstreams/<id>/targets) are put together: ids differ.
    const name = endpoint.split('/').at(-1) ?? ''
    theirs[name] = [...(theirs[name] ?? []), ...data]
  }
  const ours: Record<string, Row[]> = {}
  for (const name of Object.keys(theirs)) {
    const found = ['targets', 'all'].includes(name)
      ? await targetsAt(admin, name)
      : await rowsAt(`${admin}/${name}`)
    // Workspaces are no entities of a file; an endpoint that is not there has nothing.
    if (name === 'workspaces' || (found === undefined && theirs[name]?.length === 0)) delete theirs[name]
    else ours[name] = found ?? []
  }
  return { step, what: 'matched', why: '', ...different(compareStates(theirs, ours), '') }
}

type Row = Record<string, unknown>

async function rowsAt(address: string): Promise<Row[] | undefined> {
  const response = await fetch(`${address}?size=1000`)
  return ((await response.json()) as { data?: Row[] }).data
}

/** Of all upstreams: `targets`, or `all` of them, also those of weight 0. */
async function targetsAt(admin: string, name: string): Promise<Row[]> {
  const upstreams = (await rowsAt(`${admin}/upstreams`)) ?? []
  const path = name === 'all' ? 'targets/all' : 'targets'
  const lists = await Promise.all(upstreams.map(({ id }) => rowsAt(`${admin}/upstreams/${id}/${path}`)))
  return lists.flatMap(list => list ?? [])
}
