/** The scripts of `deck completion` in the shells of this machine, and the answers that they ask for. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deck, newFile, newFolder, program, type Served, serve } from '../support/binary.ts'
import { faultyRelay } from '../support/faulty-relay.ts'
import { finished, startProgram } from '../support/processes.ts'

const folder = newFolder()
const shells = ['bash', 'zsh', 'fish', 'powershell'] as const
const script = (shell: string): string => join(folder, shell)
const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0

const state = `_format_version: "3.0"
_info: {select_tags: [shared]}
services:
- {name: orders, host: a.example, tags: [team-a]}
- {name: billing, host: b.example, tags: [team-b, "with space"]}
consumers: [{username: alice}]
`

beforeAll(async () => {
  for (const shell of shells) {
    const { code, stdout } = await deck(['completion', shell])
    expect(code).toBe(0)
    writeFileSync(script(shell), stdout)
  }
  // The shells start the program by its name.
  const words = program.map(word => `'${word}'`).join(' ')
  writeFileSync(join(folder, 'deck'), `#!/bin/sh\nexec ${words} "$@"\n`)
  chmodSync(join(folder, 'deck'), 0o755)
  mkdirSync(join(folder, 'services'))
  for (const name of ['kong.yaml', 'kong.json', 'notes.txt']) writeFileSync(join(folder, name), state)
})

/** What a shell offers for a line, one word in each line. */
async function offeredBy(shell: string, argv: readonly string[]): Promise<string[]> {
  const env = { PATH: `${folder}${delimiter}${process.env['PATH']}`, HOME: folder }
  const { stdout, stderr } = await finished(startProgram(shell, argv, { cwd: folder, env }))
  if (stderr !== '') throw new Error(stderr)
  return stdout.split('\n').filter(line => line !== '')
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** bash's own words of a line: it splits at = and : as well, which are words then. */
function bashWords(line: string): string[] {
  const words = line.match(/[=:]|[^\s=:]+/g) ?? []
  return /[\s=:]$/.test(line) ? [...words, ''] : words
}

function inBash(line: string): Promise<string[]> {
  const words = bashWords(line)
  const setting = `COMP_LINE=${quote(line)} COMP_POINT=${line.length} COMP_CWORD=${words.length - 1}`
  // compopt works while a completion runs only, which this is not.
  const ask = `compopt() { :; }; source ${script('bash')}; COMP_WORDS=(${words.map(quote).join(' ')}); ${setting}; _deck; printf '%s\\n' "\${COMPREPLY[@]}"`
  return offeredBy('bash', ['--norc', '-c', ask])
}

async function inFish(line: string): Promise<string[]> {
  const ask = `source ${script('fish')}; complete -C ${quote(line)}`
  const lines = await offeredBy('fish', ['--no-config', '-c', ask])
  return lines.map(text => text.split('\t')[0] ?? '')
}

/** The builtins of zsh's completion work at a prompt only: these print what they would offer. */
async function inZsh(line: string): Promise<string[]> {
  const words = line.split(' ')
  const stubs = `compdef() { :; }; compset() { PREFIX=\${PREFIX#*=}; }
    _describe() { print -rl -- "\${items[@]}"; }
    _files() { for one in $PREFIX*(N/); do print -r -- $one/; done
      if [[ $1 == -g ]]; then print -rl -- $PREFIX*$~2(N); elif [[ $1 != -/ ]]; then print -rl -- $PREFIX*(N.); fi }`
  const ask = `${stubs}; source ${script('zsh')}; words=(${words.map(quote).join(' ')}); CURRENT=${words.length}; PREFIX=${quote(words.at(-1) ?? '')}; _deck`
  const lines = await offeredBy('zsh', ['-f', '-c', ask])
  return lines.map(text => text.replace(/([^\\]):.*$/, '$1').replaceAll('\\:', ':'))
}

const cases: readonly (readonly [line: string, offered: readonly string[], not: readonly string[]])[] = [
  ['deck ', ['gateway', 'file', 'sync', 'completion', 'serve'], ['--help']],
  ['deck gate', ['gateway'], ['sync']],
  ['deck gateway ', ['sync', 'diff', 'dump', 'apply', 'ping', 'reset'], ['gateway', 'serve']],
  ['deck gateway sync --par', ['--parallelism'], ['--kong-addr']],
  ['deck gateway sync -', ['--kong-addr', '--select-tag', '--help'], ['--non-zero-exit-code']],
  ['deck gateway diff --non', ['--non-zero-exit-code'], []],
  ['deck --kong-addr http://sync dump --with', ['--with-id'], []],
  ['deck serve --kong-version ', ['2.8', '3.9'], ['sync']],
  ['deck completion ', ['bash', 'zsh', 'fish', 'powershell'], ['sync']],
  ['deck gateway sync k', ['kong.yaml', 'kong.json'], ['notes.txt']],
  ['deck gateway show k', ['kong.json'], ['kong.yaml']],
  ['deck gateway sync kong.yaml --select-tag team-', ['team-a', 'team-b'], ['shared']],
  ['deck explain service.ret', ['service.retries'], ['service.host']],
]

describe.each([
  ['bash', inBash],
  ['zsh', inZsh],
  ['fish', inFish],
] as const)('%s', (shell, offered) => {
  it.runIf(isThere(shell)).each(cases)('offers words for: %s', async (line, some, not) => {
    const words = await offered(line)
    for (const word of some) expect(words).toContain(word)
    for (const word of not) expect(words).not.toContain(word)
  })

  it.runIf(isThere(shell))('offers folders alone for a folder', async () => {
    const words = await offered('deck serve --data s')
    expect(words.map(word => word.replace(/\/$/, ''))).toEqual(['services'])
  })
})

it.runIf(isThere('bash'))('bash: replaces what stands behind = and : alone, and quotes', async () => {
  expect(await inBash('deck dump --format=y')).toEqual(['yaml'])
  expect(await inBash('deck ping --kong-addr http://loc')).toEqual(['//localhost:8001'])
  expect(await inBash('deck gateway sync kong.yaml --select-tag with')).toEqual(['with\\ space'])
})

it.runIf(isThere('fish'))('fish: keeps the name of a flag before its value', async () => {
  expect(await inFish('deck dump --format=y')).toEqual(['--format=yaml'])
})

it.runIf(isThere('zsh'))('zsh reads its script', () => {
  const ask = `autoload -Uz compinit; compinit -u -D; source ${script('zsh')}; print -r -- \${_comps[deck]}`
  const { stdout, stderr } = spawnSync('zsh', ['-f', '-c', ask], { encoding: 'utf8' })
  expect({ stdout, stderr }).toEqual({ stdout: '_deck\n', stderr: '' })
})

it('completion needs one shell that it knows', async () => {
  expect((await deck(['completion'])).stderr).toContain('Error: accepts 1 arg(s), received 0')
  const wrong = await deck(['completion', 'tcsh'])
  expect(wrong).toMatchObject({ code: 1, stdout: '' })
  expect(wrong.stderr).toContain('Error: invalid shell: "tcsh"')
})

/** The words that may follow, and the bits of the last line. */
async function answer(argv: readonly string[], env: Record<string, string> = {}, name = '__complete') {
  // Only the gateway that never answers is to be given up quickly.
  const patient = { DECK_COMPLETION_TIMEOUT: '30', ...env }
  const { code, stdout, stderr } = await deck([name, ...argv], { cwd: folder, env: patient })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const lines = stdout.trimEnd().split('\n')
  return { words: lines.slice(0, -1), bits: lines.at(-1) }
}

describe("the answers, in cobra's protocol", () => {
  it('have descriptions, or none', async () => {
    const text = 'sync\tmake the gateway match the files: create, update and delete entities'
    expect(await answer(['gateway', 'sy'])).toEqual({ words: [text], bits: ':4' })
    expect(await answer(['gateway', 'sy'], {}, '__completeNoDesc')).toEqual({ words: ['sync'], bits: ':4' })
  })

  it.each([
    [['gateway', 'sync', ''], ['yaml', 'yml', 'json'], ':8'],
    [['gateway', 'sync', '-s', 'x', '--on-error='], ['stop', 'continue', 'rollback'], ':4'],
    [['gateway', 'sync', '-w'], ['-w'], ':4'],
    [['serve', '--data', ''], [], ':16'],
    [['ping', '--ca-cert-file', ''], [], ':0'],
    [['sync', '--report', 'j'], ['json=', 'junit='], ':6'],
    [['sync', '--report', 'json='], [], ':0'],
    [
      ['gateway', 'drift', '--fail-on', 'hand,'],
      ['any', 'conflict', 'file', 'none'].map(one => `hand,${one}`),
      ':4',
    ],
    [['file', 'format', 'd'], ['deck', 'dbless'], ':4'],
    [['file', 'route', 'kong.yaml', 'P'], ['POST', 'PUT', 'PATCH'], ':0'],
    [['file', 'route', 'kong.yaml', 'GET', ''], [], ':4'],
    [['file', 'explain', 'kong.yaml', 'rout'], ['route'], ':0'],
    [['file', 'explain', 'kong.yaml', 'service', ''], ['billing', 'orders'], ':4'],
    [['file', 'explain', 'kong.yaml', 'service', 'orders', 'ret'], ['retries'], ':4'],
    [['file', 'route', 'kong.yaml', '--consumer', ''], ['alice'], ':4'],
    [['file', 'add-tags', '-s', 'kong.yaml', 's'], ['shared'], ':4'],
    [['explain', 'plugin.key-auth.key_in_b'], ['plugin.key-auth.key_in_body'], ':4'],
    [['explain', 'rate-limiting.redis.ssl_'], ['rate-limiting.redis.ssl_verify'], ':4'],
    [['explain', 'redirect.', '--kong-version', '2.8', ''], [], ':4'],
    [['gateway', 'validate', '--online-entities-list', 'Services,Ro'], ['Services,Routes'], ':4'],
    [['validate', '-E', 'yaml-t'], ['yaml-tag'], ':4'],
    [['help', 'gateway', 'unl'], ['unlock'], ':4'],
    [['gateway', 'ping', '--', '--kong'], [], ':4'],
    [['ping', '""'], [], ':4'],
    [['nonsense', ''], [], ':4'],
    [['gateway', 'nonsense', ''], [], ':4'],
    [['file', 'explain', 'missing.yaml', 'service', ''], [], ':4'],
  ])('%j', async (argv, words, bits) => {
    const found = await answer(argv, {}, '__completeNoDesc')
    expect(found.bits).toBe(bits)
    expect([...found.words].sort()).toEqual([...words].sort())
  })

  it('a flag that is given is not offered again, unless it may be repeated', async () => {
    const { words } = await answer(['sync', '--yes', '--select-tag', 'a', '-'], {}, '__completeNoDesc')
    expect(words).toContain('--select-tag')
    expect(words).not.toContain('--yes')
  })

  it('commands without requests offer no flags of connections', async () => {
    const { words } = await answer(['file', 'merge', '--'], {}, '__completeNoDesc')
    expect(words).toContain('--output-file')
    expect(words).not.toContain('--kong-addr')
    // Taken all the same, as decK takes them.
    const taken = await answer(['file', 'merge', '--kong-addr', 'http://x', '--out'], {}, '__completeNoDesc')
    expect(taken.words).toEqual(['--output-file'])
  })
})

describe('what a gateway knows', () => {
  let gateway: Served
  beforeAll(async () => {
    gateway = await serve([newFile('kong.yaml', state.replace(/_info.*\n/, ''))])
  })
  afterAll(() => gateway?.stop())

  const tags = (argv: readonly string[], env: Record<string, string> = {}) =>
    answer(['gateway', 'dump', ...argv, '--select-tag', ''], env, '__completeNoDesc')

  it('tags: the address of a flag, a variable or the config file', async () => {
    const all = { words: ['team-a', 'team-b', 'with space'], bits: ':4' }
    expect(await tags(['--kong-addr', gateway.admin])).toEqual(all)
    expect(await tags([], { DECK_KONG_ADDR: gateway.admin })).toEqual(all)
    const home = newFolder()
    writeFileSync(join(home, '.deck.yaml'), `kong-addr: ${gateway.admin}\n`)
    expect(await tags([], { HOME: home })).toEqual(all)
  })

  it('workspaces, of Kong Enterprise', async () => {
    const body = JSON.stringify({ data: [{ name: 'default' }, { name: 'team' }], next: null })
    const relay = await faultyRelay(gateway.admin, ({ path }) =>
      path.startsWith('/workspaces') ? { what: 'status', status: 200, body } : undefined,
    )
    const found = await answer(['ping', '--kong-addr', relay.address, '-w', ''], {}, '__completeNoDesc')
    expect(found).toEqual({ words: ['default', 'team'], bits: ':4' })
  })

  it('runs of the journal', async () => {
    const journal = newFolder()
    const target = ['--kong-addr', gateway.admin, '--journal', journal]
    await deck([
      'gateway',
      'apply',
      newFile('one.yaml', '_format_version: "3.0"\nservices:\n- {name: x, host: h}\n'),
      ...target,
    ])
    const { words } = await answer(['gateway', 'rollback', '--journal', journal, ''])
    expect(words).toEqual([expect.stringMatching(/^\d{8}-\d+-\w+\tapply, /)])
  })

  it('nothing where it does not answer', async () => {
    const silent = createServer()
    await new Promise<void>(ready => silent.listen(0, '127.0.0.1', ready))
    const { port } = silent.address() as { port: number }
    const nothing = { words: [], bits: ':4' }
    const hasty = { DECK_COMPLETION_TIMEOUT: '0.1' }
    expect(await tags(['--kong-addr', `http://127.0.0.1:${port}`], hasty)).toEqual(nothing)
    expect(await tags(['--kong-addr', 'http://127.0.0.1:1'])).toEqual(nothing)
    expect(await tags(['--kong-addr', 'no address'])).toEqual(nothing)
    silent.close()
  })
})
