/**
 * The recipes against a gateway that listens: what a user gets on stdout, on stderr and as exit code, with
 * both Kongs that are played.
 */
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { StateFileError } from '../../src/errors.ts'
import { dump } from '../../src/recipes/dump.ts'
import { ping } from '../../src/recipes/ping.ts'
import { reconcile } from '../../src/recipes/reconcile/reconcile.ts'
import { reset } from '../../src/recipes/reset.ts'
import { validate } from '../../src/recipes/validate.ts'
import { complete, counts, desk } from '../support/client-desk.ts'

describe.each(['2.8.5', '3.9.1'])('Kong %s', version => {
  it('becomes what the file says, and stays so', async () => {
    const { go, run, client } = await desk(version)
    expect(counts(await go(complete, { mode: 'diff' }))).toBe('10/0/0')
    const synced = await go(complete)
    expect(synced).toMatchObject({ code: 0, err: '' })
    expect(counts(synced)).toBe('10/0/0')
    expect(counts(await go(complete, { mode: 'diff', nonZeroExitCode: true }))).toBe('0/0/0')
    for (const format of ['yaml', 'json'] as const) {
      for (const withId of [false, true]) {
        for (const skipDefaults of [false, true]) {
          const options = { client, outputFile: '-', format, withId, skipDefaults }
          const { out } = await run(io => dump(options, io))
          expect(counts(await go(out, { mode: 'diff' }))).toBe('0/0/0')
        }
      }
    }
    const emptied = await run(io => reset({ client }, io))
    expect(counts(emptied)).toBe('0/0/10')
    expect(counts(await go(complete, { mode: 'diff' }))).toBe('10/0/0')
  })

  it('tells the same, byte for byte, however many requests are under way', async () => {
    const outputs: string[] = []
    for (const parallelism of [1, 10, 10]) {
      const { go, admin } = await desk(version)
      outputs.push((await go(complete, { client: { address: admin, parallelism } })).out)
    }
    expect(new Set(outputs).size).toBe(1)
    expect(outputs[0]?.split('\n').slice(0, 3)).toEqual([
      'creating consumer c',
      'creating service s',
      'creating key-auth i-key for consumer c',
    ])
  })
})

describe('a sync that would delete too much, at a terminal', () => {
  it.each([
    [false, 1, '0/0/0'],
    [true, 0, '0/0/10'],
  ])('asks; the answer %s ends with %i', async (answer, code, changes) => {
    const { go } = await desk()
    await go(complete)
    const questions: string[] = []
    const confirm = async (question: string): Promise<boolean> => {
      questions.push(question)
      return answer
    }
    const result = await go('_format_version: "3.0"', { maxDeletes: { percent: 30 }, confirm })
    expect(questions).toEqual([
      expect.stringMatching(/^the run would delete 10 of 10 .* Delete them\? \(y\/N\) $/),
    ])
    expect([result.code, counts(result)]).toEqual([code, changes])
  })
})

describe('exit codes', () => {
  it('tell a difference only when asked, and never beside a failure', async () => {
    const { go } = await desk()
    expect((await go(complete, { mode: 'diff' })).code).toBe(0)
    expect((await go(complete, { mode: 'diff', nonZeroExitCode: true })).code).toBe(2)
    const json = await go(complete, { mode: 'diff', nonZeroExitCode: true, jsonOutput: true })
    expect(json.code).toBe(2)
    expect(JSON.parse(json.out)).toMatchObject({ summary: { creating: 10, total: 10 } })
    const broken = `${complete}- name: no-such-plugin\n`
    expect((await go(broken, { mode: 'diff', nonZeroExitCode: true })).code).toBe(1)
  })

  it('tell failures in every format', async () => {
    const { go } = await desk()
    // Only the gateway knows that a plugin's number is out of range: its schema gives a warning before.
    const refused = '{_format_version: "3.0", plugins: [{name: rate-limiting, config: {minute: -1}}]}'
    const text = await go(refused, { skipsPreflight: true })
    expect(text.code).toBe(1)
    expect(text.out).toBe(
      'creating plugin rate-limiting (global)\nSummary:\n  Created: 0\n  Updated: 0\n  Deleted: 0\n',
    )
    expect(text.err).toMatch(
      /STDIN:1:\d+: error: Create plugin rate-limiting \(global\) failed: HTTP status 400/,
    )
    expect(text.err).toContain('Error: 1 of 1 changes failed')
    const json = await go(refused, { jsonOutput: true, skipsPreflight: true })
    expect(json.code).toBe(1)
    expect(JSON.parse(json.out)).toMatchObject({
      changes: { creating: [{ name: 'rate-limiting (global)', status: 'failed' }] },
      summary: { total: 0 },
      diagnostics: [{ code: 'refused-by-schema' }, { code: 'change-failed', where: { line: 1 } }],
    })
  })

  it('and one JSON document, also where the files are refused', async () => {
    const { client, run } = await desk()
    let out = ''
    const work = run(async io => {
      const stdout = new Writable({
        write: (chunk, _encoding, done) => {
          out += String(chunk)
          done()
        },
      })
      return reconcile({ mode: 'sync', files: ['-'], client, jsonOutput: true }, { ...io, stdout })
    }, 'services: [')
    await expect(work).rejects.toBeInstanceOf(StateFileError)
    expect(JSON.parse(out)).toMatchObject({ changes: { creating: [] }, summary: { total: 0 } })
  })
})

describe('a run', () => {
  it('changes nothing where a plugin is unknown, and points at it', async () => {
    const { go } = await desk()
    const broken = `${complete}- name: no-such-plugin\n`
    const diff = await go(broken, { mode: 'diff' })
    expect(counts(diff)).toBe('10/0/0')
    const sync = await go(broken)
    expect(sync.code).toBe(1)
    expect(counts(sync)).toBe('0/0/0')
    expect(sync.err).toContain(
      "STDIN:27:9: error: the gateway (Kong 3.9.1) has no plugin named 'no-such-plugin'",
    )
    expect(counts(await go(complete, { mode: 'diff' }))).toBe('10/0/0')
  })

  it('warns of a configuration that the gateway will refuse', async () => {
    const { go } = await desk()
    const wrong = complete.replace('minute: 5', 'minute: -5')
    const { err, code } = await go(wrong, { mode: 'diff' })
    expect(code).toBe(0)
    expect(err).toContain('STDIN:24:20: warning: the gateway will refuse this plugin')
  })

  it('swaps the names of two services that have ids', async () => {
    const { go, admin } = await desk()
    const ids = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222']
    const file = (names: readonly string[]) =>
      JSON.stringify({
        _format_version: '3.0',
        services: ids.map((id, at) => ({
          id,
          name: names[at],
          host: 'h',
          routes: [{ name: `r${at}`, paths: ['/'] }],
        })),
      })
    await go(file(['a', 'b']))
    const swapped = await go(file(['b', 'a']))
    expect(swapped).toMatchObject({ code: 0, err: '' })
    expect(counts(swapped)).toBe('0/2/0')
    const answer = await fetch(`${admin}/services/${ids[0]}`)
    expect(await answer.json()).toMatchObject({ name: 'b' })
  })

  it('keeps to what has the tags, and gives them to what it makes', async () => {
    const { go, run, client } = await desk()
    await go(complete)
    const tagged = '{_format_version: "3.0", _info: {select_tags: [team]}, services: [{name: t, host: h}]}'
    expect(counts(await go(tagged))).toBe('1/0/0')
    expect(counts(await go(tagged, { selectTags: ['team'] }))).toBe('0/0/0')
    const emptied = await run(io => reset({ client, selectTags: ['team'] }, io))
    expect(counts(emptied)).toBe('0/0/1')
    await expect(go(tagged, { selectTags: ['other'] })).rejects.toBeInstanceOf(StateFileError)
  })

  it('leaves consumers alone when asked to', async () => {
    const { go } = await desk()
    await go(complete)
    const without = complete.replace(/consumers:[\s\S]*?upstreams:/, 'upstreams:')
    expect(counts(await go(without, { mode: 'diff', scope: { skipConsumers: true } }))).toBe('0/0/0')
    expect(counts(await go(without, { mode: 'diff' }))).toBe('0/0/2')
  })

  it('only adds and changes when it applies', async () => {
    const { go } = await desk()
    await go(complete)
    const part = '{_format_version: "3.0", services: [{name: new, host: h}, {name: s, host: other}]}'
    expect(counts(await go(part, { mode: 'apply' }))).toBe('1/1/0')
    expect(counts(await go(part, { mode: 'apply' }))).toBe('0/0/0')
  })

  it('shows no secret, wherever it came from', async () => {
    const { go } = await desk()
    await go(complete)
    const fromEnvironment = 'host: "${{ env "DECK_HOST" }}"'
    const file = complete.replace('my-api-key', 'another-api-key').replace('host: u', fromEnvironment)
    const env = { DECK_HOST: 'from-the-environment' }
    for (const jsonOutput of [false, true]) {
      const { out, err } = await go(file, { mode: 'diff', jsonOutput }, env)
      expect(out + err).not.toMatch(/another-api-key|my-api-key|from-the-environment/)
    }
    const open = await go(file, { mode: 'diff', maskEnvironment: false }, env)
    expect(open.out).toContain('+  "host": "from-the-environment"')
  })

  it('stops at an interruption', async () => {
    const { go, client } = await desk()
    const stop = new AbortController()
    stop.abort()
    await expect(go(complete, { client: { ...client, signal: stop.signal } })).rejects.toThrow('interrupted')
  })
})

describe('the other recipes', () => {
  it('ping', async () => {
    const { run, client } = await desk('2.8.5')
    expect(await run(io => ping({ client }, io))).toEqual({
      code: 0,
      out: 'Successfully connected to Kong!\nKong version:  2.8.5\n',
      err: '',
    })
  })

  it('dump into a file for its owner alone, asking before one is overwritten', async () => {
    const { run, go, client, folder } = await desk()
    await go(complete)
    const options = { client, outputFile: join(folder, 'out'), format: 'yaml' as const }
    await run(io => dump(options, io))
    const file = join(folder, 'out.yaml')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readFile(file, 'utf8')).toContain('name: rate-limiting')
    await writeFile(file, 'mine')
    expect((await run(io => dump({ ...options, confirmOverwrite: async () => false }, io))).code).toBe(0)
    expect(await readFile(file, 'utf8')).toBe('mine')
  })

  it('reset, but not without a yes', async () => {
    const { run, go, client } = await desk()
    await go(complete)
    expect(await run(io => reset({ client, confirm: async () => false }, io))).toEqual({
      code: 0,
      out: '',
      err: '',
    })
    expect(counts(await go(complete, { mode: 'diff' }))).toBe('0/0/0')
  })

  it('validate, silent where all is well, all at once where not', async () => {
    const { run, client } = await desk()
    const good = await run(io => validate({ files: ['-'], client }, io), complete)
    expect(good).toEqual({ code: 0, out: '', err: '' })
    const bad = complete.replace('minute: 5', 'minute: -5').replace('cache_ttl: 30', 'cache_ttl: -1')
    const refused = await run(io => validate({ files: ['-'], client }, io), bad).catch(error => error)
    expect(refused).toBeInstanceOf(StateFileError)
    expect(refused.diagnostics).toMatchObject([
      { code: 'invalid-value', where: { line: 24 } },
      { code: 'invalid-value', where: { line: 26 } },
    ])
    expect(refused.diagnostics[0].message).toBe(
      'config.minute: value must be greater than 0 (plugin "rate-limiting")',
    )
  })
})
