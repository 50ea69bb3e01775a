/** The scripts of `deck completion`, in the shells that are there. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { deck, newFolder } from '../support/binary.ts'

const folder = newFolder()
const shells = ['bash', 'zsh', 'fish', 'powershell'] as const
const script = (shell: string): string => join(folder, shell)
const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0

beforeAll(async () => {
  for (const shell of shells) {
    const { code, stdout } = await deck(['completion', shell])
    expect(code).toBe(0)
    writeFileSync(script(shell), stdout)
  }
})

const cases: readonly (readonly [typed: string, offered: readonly string[], not: readonly string[]])[] = [
  ['deck ', ['gateway', 'file', 'sync', 'completion', 'serve'], ['--help']],
  ['deck gate', ['gateway'], ['sync']],
  ['deck gateway ', ['sync', 'diff', 'dump', 'apply', 'ping', 'validate', 'reset'], ['gateway', 'serve']],
  ['deck gateway sync --par', ['--parallelism'], ['--kong-addr']],
  ['deck gateway sync -', ['--kong-addr', '--select-tag', '--help'], ['--non-zero-exit-code']],
  ['deck gateway diff --non', ['--non-zero-exit-code'], []],
  ['deck --kong-addr http://sync dump --with', ['--with-id'], []],
  ['deck serve --kong-version ', ['2.8', '3.9'], ['sync']],
  ['deck completion ', ['bash', 'zsh', 'fish', 'powershell'], ['sync']],
]

describe('offers what is there, and nothing else', () => {
  it.runIf(isThere('bash')).each(cases)('bash: %s', (typed, offered, not) => {
    const words = typed.split(' ').map(word => `'${word}'`)
    const ask = `source ${script('bash')}; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _deck; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', ask], { encoding: 'utf8', cwd: folder })
    expect(stderr).toBe('')
    const found = stdout.split('\n')
    for (const word of offered) expect(found).toContain(word)
    for (const word of not) expect(found).not.toContain(word)
  })

  it.runIf(isThere('fish')).each(cases)('fish: %s', (typed, offered, not) => {
    const ask = `source ${script('fish')}; complete -C ${JSON.stringify(typed)}`
    const { stdout } = spawnSync('fish', ['--no-config', '-c', ask], { encoding: 'utf8', cwd: folder })
    const found = stdout.split('\n').map(line => line.split('\t')[0])
    for (const word of offered) expect(found).toContain(word)
    for (const word of not) expect(found).not.toContain(word)
  })
})

it.runIf(isThere('zsh'))('zsh reads its script', () => {
  const ask = `autoload -Uz compinit; compinit -u -D; source ${script('zsh')}; print -r -- \${_comps[deck]}`
  const { stdout, stderr } = spawnSync('zsh', ['-f', '-c', ask], { encoding: 'utf8' })
  expect({ stdout, stderr }).toEqual({ stdout: '_deck\n', stderr: '' })
})

it('wants one shell that it knows', async () => {
  expect((await deck(['completion'])).stderr).toContain('Error: accepts 1 arg(s), received 0')
  const wrong = await deck(['completion', 'tcsh'])
  expect(wrong).toMatchObject({ code: 1, stdout: '' })
  expect(wrong.stderr).toContain('Error: invalid shell: "tcsh"')
})
