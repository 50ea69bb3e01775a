/** The lines of README.md that a reader would copy, run as they stand (addresses aside). */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeAll } from '../../src/cli/help/describe.ts'
import { commands } from '../../src/commands.ts'
import { deck, repository, type Served, serve } from '../support/binary.ts'

const readme = readFileSync(join(repository, 'README.md'), 'utf8')
const byHand = readme.split('\n').filter(line => /^(curl|http) /.test(line))

/** The request that curl (a form) or HTTPie (JSON) sends for such a line. */
function requestOf(line: string, admin: string) {
  const words = (line.match(/(?:'[^']*'|\S)+/g) ?? []).map(word => word.replaceAll("'", ''))
  const isCurl = words[0] === 'curl'
  const method = words.find(word => /^[A-Z]+$/.test(word))
  const path = /:8001(\S*)/.exec(line)?.[1] ?? ''
  const pairs = words.filter(word => /^\w+=/.test(word)).map(word => word.split('=') as [string, string])
  const body = isCurl ? new URLSearchParams(pairs) : JSON.stringify(Object.fromEntries(pairs))
  const headers = { 'content-type': isCurl ? 'application/x-www-form-urlencoded' : 'application/json' }
  return new Request(`${admin}${path}`, { method: method ?? 'GET', headers, body: String(body) })
}

/** The flags of all commands, with the global ones. */
async function flagsOfAll(): Promise<Set<string>> {
  const all = await describeAll(commands)
  return new Set(all.flatMap(({ flags }) => flags.map(({ name }) => name)))
}

describe('README.md', () => {
  let gateway: Served
  beforeAll(async () => {
    gateway = await serve()
  })
  afterAll(() => gateway?.stop())

  it('fills a gateway with the lines for curl and HTTPie', async () => {
    expect(byHand.length).toBeGreaterThan(4)
    for (const line of byHand) {
      const { status } = await fetch(requestOf(line, gateway.admin))
      expect([200, 201], line).toContain(status)
    }
    const { stdout } = await deck(['gateway', 'dump', '--kong-addr', gateway.admin])
    expect(stdout).toContain('host: example_upstream')
    expect(stdout).toContain('target: httpbin.konghq.com:80')
    expect(stdout).toContain('target: httpbun.com:80')
  })

  it('names existing commands', async () => {
    const words = [...readme.matchAll(/`deck ((?:gateway |file )?[a-z][a-z\d]*)/g)].map(
      ([, command = '']) => command,
    )
    expect(words.length).toBeGreaterThan(10)
    for (const command of new Set(words.filter(command => command !== 'help'))) {
      expect((await deck([...command.split(' '), '--help'])).code, command).toBe(0)
    }
  })
  it('names existing flags, files and scripts', async () => {
    const flags = await flagsOfAll()
    const named = [...readme.matchAll(/`[^`\n]*`/g)].flatMap(([code]) =>
      [...code.matchAll(/--([a-z][a-z-]+)/g)].map(([, flag = '']) => flag),
    )
    expect(named.length).toBeGreaterThan(15)
    // `npm start -- --keep`
    expect(named.filter(flag => !flags.has(flag) && flag !== 'keep')).toEqual([])
    const links = [...readme.matchAll(/\]\(([^):]+)\)/g)].map(([, path = '']) => path)
    const files = readme.match(/\bfixtures\/[\w./-]+\w/g) ?? []
    expect([...links, ...files].filter(path => !existsSync(join(repository, path)))).toEqual([])
    const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
    const ran = [...readme.matchAll(/\bnpm (?:run )?(start|test|build|bench|conformance)\b/g)]
    expect(ran.map(([, script = '']) => script).filter(script => !(script in scripts))).toEqual([])
  })
})
