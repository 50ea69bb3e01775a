/** `--report` of the commands that undo, finish and delete. */
import { beforeEach, describe, expect, it } from 'vitest'
import { after, before, tokenVariable } from '../support/compared-files.ts'
import { workplace } from '../support/workplace.ts'

const { run, reported, write } = workplace(tokenVariable)

beforeEach(() => {
  write('before.yaml', before)
  write('after.yaml', after)
})

describe('commands that undo and delete', () => {
  const key = { DECK_JOURNAL_KEY: 'canary-journal-key' }

  it('reset: what was deleted', async () => {
    await run(['gateway', 'sync', 'before.yaml'])
    const { code, markdown, json } = await reported(['gateway', 'reset', '--force'])
    expect(code).toBe(0)
    expect(markdown).toContain('### deck gateway reset: 5 deleted')
    expect(markdown).toContain('> **5 entities deleted**')
    expect(json.summary).toMatchObject({ deleting: 5 })
  })

  it('rollback: its plan, and what came of it', async () => {
    await run(['gateway', 'sync', 'before.yaml'], key)
    await run(['gateway', 'sync', 'after.yaml', '--yes'], key)
    const shown = await reported(['gateway', 'rollback'], key)
    expect(shown.code).toBe(1)
    expect(shown.markdown).toContain('### deck gateway rollback: 4 to delete, 2 to update, 2 to create')
    const done = await reported(['gateway', 'rollback', '--yes'], key)
    expect(done.code).toBe(0)
    expect(done.markdown).toContain('### deck gateway rollback: 4 deleted, 2 updated, 2 created')
  })

  it('rollback: a restoration that is incomplete fails in the reports too', async () => {
    await run(['gateway', 'sync', 'before.yaml'])
    await run(['gateway', 'sync', 'after.yaml', '--yes'])
    const { code, markdown, junit, json } = await reported(['gateway', 'rollback', '--yes'])
    expect(code).toBe(1)
    expect(markdown).toContain('its key was left out of the journal')
    expect(markdown).toMatch(/> \*\*The run failed:\*\* 1 entity of run \S+ not restored/)
    expect(junit).toContain('errors="1"')
    expect(json.errors).toHaveLength(1)
  })

  it('resume: what was left of a run', async () => {
    write('refused.yaml', `${before}plugins:\n- {name: rate-limiting, config: {minute: -1}}\n`)
    const flags = ['--skip-preflight', '--on-error', 'stop', '--parallelism', '1']
    expect(await run(['gateway', 'sync', 'refused.yaml', ...flags], key)).toMatchObject({ code: 1 })
    const { code, markdown } = await reported(['gateway', 'resume'], key)
    expect(code).toBe(1)
    expect(markdown).toContain('### deck gateway resume:')
    expect(markdown).toContain('create failed')
  })

  it('a run that is missing', async () => {
    const { code, markdown } = await reported(['gateway', 'rollback', 'no-such-run'])
    expect(code).toBe(1)
    expect(markdown).toMatch(/The run failed:.* has no run no-such-run/)
  })

  it('not of several workspaces at once', async () => {
    const { code, stderr } = await run([
      'gateway',
      'reset',
      '--force',
      '--all-workspaces',
      '--report',
      'json',
    ])
    expect(code).toBe(1)
    expect(stderr).toContain('--report and --all-workspaces exclude one another')
  })
})
