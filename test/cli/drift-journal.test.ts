/** `gateway drift` without a record: compared with what recorded runs left on the gateway. */
import { describe, expect, it } from 'vitest'
import {
  authorsIn,
  authorsOfBothSides,
  changeBothSides,
  driftingFile,
  expectBothSides,
} from '../support/drifted-gateway.ts'
import { faultyRelay } from '../support/faulty-relay.ts'
import { workplace } from '../support/workplace.ts'

const place = workplace({}, 'drift')
const { run, reported, write, byHand } = place
const withKey = { DECK_JOURNAL_KEY: 'canary-journal-key-of-a-user' }

const head = '_format_version: "3.0"\n'
const file = driftingFile

async function sync(text: string, flags: readonly string[] = [], env = {}): Promise<void> {
  write('kong.yaml', text)
  expect(await run(['gateway', 'sync', 'kong.yaml', '--yes', ...flags], env)).toMatchObject({ code: 0 })
}

const drift = (flags: readonly string[] = [], env = {}) =>
  run(['gateway', 'drift', 'kong.yaml', ...flags], env)

async function authors(flags: readonly string[] = [], env = {}): Promise<Record<string, string>> {
  const { stdout, stderr } = await drift(['--json-output', ...flags], env)
  expect(stdout + stderr).not.toContain('canary')
  return authorsIn(stdout)
}

/** The gateway's stamps have no fractions of a second. */
async function nextSecond(): Promise<void> {
  const now = Math.floor(Date.now() / 1000)
  await expect.poll(() => Math.floor(Date.now() / 1000), { timeout: 5_000 }).toBeGreaterThan(now)
}

describe.each([
  ['with a key', withKey],
  ['without a key', {}],
])('after a recorded sync %s', (_, env) => {
  it('an untouched gateway has no drift', async () => {
    await sync(file, [], env)
    const { code, stdout, stderr } = await drift([], env)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(
      /^Compared with what recorded runs applied, last \d{8}-\d{9}-[0-9a-f]{6} \(sync, \d{4}-\d\d-\d\d \d\d:\d\d UTC\)\nSummary:\n/,
    )
  })

  it('says what was changed by hand, what in the files, and what in both', async () => {
    await sync(file, [], env)
    await changeBothSides(place, file)
    expect(await authors([], env)).toEqual(authorsOfBothSides)
    const { code, stdout } = await drift([], env)
    expect(code).toBe(2)
    expectBothSides(stdout)
  })

  it('a removal from the files is a change in the files, unless the entity was changed by hand too', async () => {
    await sync(file, [], env)
    await byHand('PATCH', '/services/b', { host: 'hand.test' })
    write('kong.yaml', file.replace(/- \{name: [bc], host: one.test\}\n/g, ''))
    expect(await authors([], env)).toEqual({ 'service b': 'conflict', 'service c': 'file' })
  })
})

describe('secrets', () => {
  const change = async () => {
    const { data } = (await byHand('GET', '/key-auths')) as { data: { id: string }[] }
    await byHand('PATCH', `/key-auths/${data[0]?.id}`, { key: 'canary-key-bbbbb' })
  }

  it('that were changed by hand are named with a key', async () => {
    await sync(file, [], withKey)
    await change()
    expect(await authors([], withKey)).toEqual({
      'key-auth aaaaa for consumer u': 'hand',
      'key-auth bbbbb for consumer u': 'hand',
    })
  })

  it('that differ are reported without a key too, with an unknown origin', async () => {
    await sync(file)
    await change()
    const { code, stdout, stderr } = await drift(['--fail-on', 'hand'])
    expect(code).toBe(2)
    expect(stdout + stderr).not.toContain('canary')
    expect(stdout).toContain('Different: ')
  })

  it.each([
    [withKey, 'file'],
    [{}, 'unknown'],
  ])('a password that the files change: %j', async (env, author) => {
    await sync(file, [], env)
    write('kong.yaml', file.replace('canary-password', 'canary-other'))
    expect(await authors([], env)).toEqual({ 'basic-auth u for consumer u': author })
  })

  it('a credential that was deleted by hand is named either way', async () => {
    for (const env of [withKey, {}]) {
      await sync(`${head}consumers: [{username: x${Object.keys(env).length}}]`, [], env)
      await sync(file, [], env)
      const { data } = (await byHand('GET', '/basic-auths')) as { data: { id: string }[] }
      await byHand('DELETE', `/basic-auths/${data[0]?.id}`)
      expect(await authors([], env)).toEqual({ 'basic-auth u for consumer u': 'hand' })
    }
  })

  it('need the key that they were recorded with', async () => {
    await sync(file, [], withKey)
    const { code, stderr } = await drift([], { DECK_JOURNAL_KEY: 'another-key-of-a-user' })
    expect(code).toBe(1)
    expect(stderr).toContain('DECK_JOURNAL_KEY does not open the secrets of this run')
  })
})

describe('what the last run did not change', () => {
  it('is judged by what the gateway says of its last change', async () => {
    await sync(file, ['--no-journal'])
    await sync(`${file}upstreams: [{name: up}]\n`)
    await nextSecond()
    await byHand('PATCH', '/services/a', { host: 'hand.test' })
    await byHand('POST', '/services', { name: 'new', host: 'hand.test' })
    write(
      'kong.yaml',
      `${file.replace('name: b, host: one', 'name: b, host: file').replace('- {name: c, host: one.test}\n', '')}upstreams: [{name: up}, {name: other}]\n`,
    )
    expect(await authors()).toEqual({
      'service a': 'hand',
      'service b': 'file',
      'service c': 'file',
      'service new': 'hand',
      'upstream other': 'file',
    })
  })

  it('and was deleted since has no name there and is reported with an unknown origin', async () => {
    await sync(file, ['--no-journal'])
    await sync(`${file}upstreams: [{name: up}]\n`)
    await byHand('DELETE', '/services/b')
    expect(await authors()).toEqual({ 'service b': 'unknown' })
    expect((await drift(['--fail-on', 'hand'])).code).toBe(2)
  })

  it('is known from an older run', async () => {
    await sync(file)
    await sync(`${file}upstreams: [{name: up}]\n`)
    await nextSecond()
    await byHand('PATCH', '/services/b', { host: 'hand.test' })
    write(
      'kong.yaml',
      `${file.replace('name: b, host: one', 'name: b, host: file')}upstreams: [{name: up}]\n`,
    )
    expect(await authors()).toEqual({ 'service b': 'conflict' })
  })
})

it('a new gateway at the same address is not compared with runs on the previous one', async () => {
  await sync(file)
  await run(['gateway', 'reset', '--force', '--no-journal'])
  await sync(file)
  write('kong.yaml', file.replace('name: b, host: one', 'name: b, host: file'))
  expect(await authors()).toEqual({ 'service b': 'file' })
  await byHand('DELETE', '/services/c')
  expect(await authors()).toEqual({ 'service b': 'file', 'service c': 'hand' })
})

describe('runs about a part', () => {
  const tagged = (tag: string, host: string) =>
    `${head}_info: {select_tags: [${tag}]}\nservices: [{name: ${tag}-1, host: ${host}}, {name: ${tag}-2, host: ${host}}]\n`

  it('of other tags say nothing of these', async () => {
    await sync(tagged('red', 'one.test'))
    await byHand('PATCH', '/services/red-1', { host: 'hand.test' })
    await sync(tagged('blue', 'one.test'))
    await sync(tagged('blue', 'two.test'))
    write('kong.yaml', tagged('red', 'one.test'))
    expect(await authors()).toEqual({ 'service red-1': 'hand' })
    write('kong.yaml', tagged('blue', 'three.test'))
    expect(await authors()).toEqual({ 'service blue-1': 'file', 'service blue-2': 'file' })
    write('kong.yaml', tagged('green', 'one.test'))
    expect((await drift()).stdout).toContain('Compared without what was last applied')
  })

  it('are part of what a run about everything finds', async () => {
    await sync(tagged('red', 'one.test'))
    await sync(tagged('blue', 'one.test'))
    await byHand('PATCH', '/services/red-1', { host: 'hand.test' })
    await byHand('DELETE', '/services/blue-1')
    write(
      'kong.yaml',
      `${head}services:\n${['red', 'blue'].flatMap(tag => [1, 2].map(n => `- {name: ${tag}-${n}, host: one.test, tags: [${tag}]}\n`)).join('')}`,
    )
    expect(await authors()).toEqual({ 'service red-1': 'hand', 'service blue-1': 'hand' })
  })

  it('without consumers say nothing of consumers', async () => {
    await sync(file)
    await sync(file.replace('name: b, host: one', 'name: b, host: two'), ['--skip-consumers'])
    expect(await authors()).toEqual({})
    const { data } = (await byHand('GET', '/basic-auths')) as { data: { id: string }[] }
    await byHand('DELETE', `/basic-auths/${data[0]?.id}`)
    expect(await authors()).toEqual({ 'basic-auth u for consumer u': 'hand' })
    expect(await authors(['--skip-consumers'])).toEqual({})
  })

  it('that failed left what they did, and what was there before they began', async () => {
    let isRefusing = false
    const relay = await faultyRelay(place.gateway.admin, ({ method, path }) =>
      isRefusing && method !== 'GET' && path.startsWith('/services/')
        ? { what: 'status', status: 400 }
        : undefined,
    )
    const at = ['--kong-addr', relay.address]
    write('kong.yaml', file)
    await run(['gateway', 'sync', 'kong.yaml', ...at])
    isRefusing = true
    write('kong.yaml', `${file.replace('name: b, host: one', 'name: b, host: two')}upstreams: [{name: up}]\n`)
    const failed = await run(['gateway', 'sync', 'kong.yaml', '--on-error', 'continue', ...at])
    expect(failed.code).toBe(1)
    await byHand('DELETE', '/upstreams/up')
    const { stdout } = await drift(at)
    expect(stdout).toContain('deleted by hand: upstream up\n')
    expect(stdout).toContain('changed in the files: service b\n')
  })
})

describe('a rollback and a reset', () => {
  it('are runs too', async () => {
    await sync(file, [], withKey)
    await sync(file.replace('name: b, host: one', 'name: b, host: two'), [], withKey)
    expect((await run(['gateway', 'rollback', '--yes'], withKey)).code).toBe(0)
    // The files still want what was rolled back.
    expect(await authors([], withKey)).toEqual({ 'service b': 'file' })
    write('kong.yaml', file)
    expect(await authors([], withKey)).toEqual({})
    expect((await run(['gateway', 'reset', '--force'], withKey)).code).toBe(0)
    await byHand('POST', '/services', { name: 'new', host: 'hand.test' })
    write('kong.yaml', `${head}services: [{name: b, host: one.test}]`)
    expect(await authors([], withKey)).toEqual({ 'service new': 'hand', 'service b': 'file' })
  })
})

describe('a nightly job', () => {
  it('reads every format, and exits by --fail-on', async () => {
    await sync(file)
    const quiet = await reported(['gateway', 'drift', 'kong.yaml', '--fail-on', 'hand,conflict'])
    expect(quiet).toMatchObject({ code: 0, stderr: '' })
    expect(quiet.markdown).toContain(
      '### deck gateway drift: no drift\n\nCompared with what recorded runs applied',
    )
    expect(quiet.json).toMatchObject({ recorded: true, base: { from: 'journal', command: 'sync' } })
    write('kong.yaml', file.replace('name: c, host: one', 'name: c, host: file'))
    expect((await drift(['--fail-on', 'hand,conflict'])).code).toBe(0)
    await byHand('PATCH', '/services/a', { host: 'hand.test' })
    const loud = await reported(['gateway', 'drift', 'kong.yaml', '--fail-on', 'hand,conflict'])
    expect(loud.code).toBe(2)
    expect(loud.markdown).toContain('### deck gateway drift: 1 changed by hand, 1 changed in the files')
    expect(loud.markdown).toContain('| `host` | `"one.test"` | `"hand.test"` | `"one.test"` |')
    expect(loud.html).toContain('<p>Compared with what recorded runs applied')
    expect(loud.junit).toContain('failures="1"')
    expect(loud.sarif.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual([
      'drift-hand',
      'drift-file',
    ])
  })

  it('without a recorded run on this gateway reports differences with an unknown origin', async () => {
    await sync(file, ['--no-journal'])
    await byHand('PATCH', '/services/a', { host: 'hand.test' })
    const { code, markdown, stdout, json } = await reported([
      'gateway',
      'drift',
      'kong.yaml',
      '--fail-on',
      'hand',
    ])
    expect(code).toBe(2)
    expect(stdout).toMatch(/^Compared without what was last applied: no --record, and no recorded run/)
    expect(stdout).toContain('different: service a\n')
    expect(markdown).toContain('Compared without what was last applied')
    expect(json).toMatchObject({ recorded: false, base: { from: 'nothing' } })
    expect((await drift(['--fail-on', 'none'])).code).toBe(0)
  })

  it('uses a record in place of the journal, and neither with --no-journal', async () => {
    await sync(file, ['--record', 'record.json'])
    expect((await drift(['--record', 'record.json'])).stdout).toMatch(
      /^Compared with the record record\.json\n/,
    )
    expect((await drift(['--no-journal'])).stdout).toMatch(/^Compared without/)
  })
})
