/**
 * action.yml and ci/gitlab.yml as a pipeline runs them: their commands, an event, a server in the host's
 * place.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { repository } from '../support/binary.ts'
import { type CommentHost, commentHost } from '../support/comment-host.ts'
import { finished, startProgram } from '../support/processes.ts'
import { schemaProblems } from '../support/report-schemas.ts'
import { workplace } from '../support/workplace.ts'

interface Step {
  readonly name: string
  readonly run?: string
  readonly env?: Readonly<Record<string, string>>
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>
  readonly runs: { readonly using: string; readonly steps: readonly Step[] }
}

const limit = 65_536
const action = parse(readFileSync(join(repository, 'action.yml'), 'utf8')) as Action

const place = workplace()
const { write, read, byHand } = place

let host: CommentHost
beforeEach(async () => {
  host = await commentHost(limit)
  return () => host.close()
})

const services = (names: readonly string[], hostName = 'h.test'): string =>
  [
    '_format_version: "3.0"',
    'services:',
    ...names.map(name => `- {name: ${name}, host: ${hostName}}`),
    '',
  ].join('\n')
const secrets = `consumers:
- {username: u, keyauth_credentials: [{key: canary-of-the-pipeline}]}
`

interface Ran {
  readonly code: number | null
  readonly output: string
}

async function bash(command: string, env: Readonly<Record<string, string>>): Promise<Ran> {
  const child = startProgram('bash', ['-c', command], {
    cwd: place.folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: place.folder, ...env },
  })
  return finished(child)
}

/** The steps of the action, their expressions filled in as GitHub does. */
async function runAction(event: string, inputs: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const payload =
    event === 'pull_request' ? { action: 'synchronize', number: 7, pull_request: { number: 7 } } : {}
  write('event.json', JSON.stringify(payload))
  const given: Record<string, string> = {
    'kong-addr': place.gateway.admin,
    token: 'token-of-github',
    ...inputs,
  }
  const filled = (text: string): string =>
    text.replace(
      /\$\{\{ inputs\.([\w-]+) \}\}/g,
      (_, name: string) => given[name] ?? action.inputs[name]?.default ?? '',
    )
  let output = ''
  for (const { run, env = {} } of action.runs.steps) {
    if (run === undefined) continue
    const values = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value)]))
    const ran = await bash(run, {
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION_PATH: repository,
      GITHUB_API_URL: host.address,
      GITHUB_SERVER_URL: 'https://github.test',
      GITHUB_REPOSITORY: 'o/r',
      GITHUB_RUN_ID: '42',
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: join(place.folder, 'event.json'),
      GITHUB_STEP_SUMMARY: join(place.folder, 'summary.md'),
      GITHUB_OUTPUT: join(place.folder, 'output.txt'),
      ...values,
    })
    output += ran.output
    if (ran.code !== 0) return { code: ran.code, output }
  }
  return { code: 0, output }
}

describe('the action, on a pull request', () => {
  it('writes one comment, and updates it', async () => {
    // On the second page of what others wrote.
    for (let id = 1; id <= 130; id++) host.comments.push({ id, body: `comment ${id}` })
    write('kong.yaml', services(['a']) + secrets)
    expect(await runAction('pull_request')).toMatchObject({ code: 0 })
    expect(host.comments).toHaveLength(131)
    expect(host.comments.at(-1)?.body).toMatch(/^<!-- deck: deck -->\n### deck gateway diff: 3 to create/)
    write('kong.yaml', services(['a', 'b']) + secrets)
    expect(await runAction('pull_request')).toMatchObject({ code: 0 })
    expect(host.comments).toHaveLength(131)
    expect(host.comments.at(-1)?.body).toContain('4 to create')
    expect(host.requests.at(-1)).toEqual({
      line: 'PATCH /repos/o/r/issues/comments/131',
      token: 'Bearer token-of-github',
    })
    expect(await runAction('pull_request', { name: 'other' })).toMatchObject({ code: 0 })
    expect(host.comments).toHaveLength(132)
  })

  it('keeps the reports, and no secret in any of them', async () => {
    write('kong.yaml', services(['a']) + secrets)
    const { output } = await runAction('pull_request')
    for (const format of ['md', 'html', 'json', 'junit.xml', 'sarif'])
      expect(read(`deck-reports/diff.${format}`)).not.toContain('canary')
    expect(await schemaProblems['junit']?.(read('deck-reports/diff.junit.xml'))).toEqual([])
    expect(read('summary.md')).toContain('### deck gateway diff')
    expect(read('output.txt')).toBe('mode=diff\nexit-code=0\n')
    expect(JSON.stringify(host.comments) + output + read('summary.md')).not.toContain('canary')
  })

  it('cuts a comment between two changes, and says where the rest is', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `service-${index}`)
    write('kong.yaml', services(names))
    expect(await runAction('pull_request')).toMatchObject({ code: 0 })
    const [comment] = host.comments
    expect(comment?.body.length).toBeGreaterThan(limit * 0.9)
    expect(comment?.body.length).toBeLessThanOrEqual(limit)
    const count = (text: string): number => comment?.body.split(text).length ?? 0
    expect(count('<details>')).toBe(count('</details>'))
    expect(comment?.body).toMatch(/\d+ more changes are not shown/)
    expect(comment?.body).toContain('https://github.test/o/r/actions/runs/42')
    expect(read('deck-reports/diff.md')).toContain('service-199')
  })

  it('reports files with mistakes, and fails', async () => {
    write('kong.yaml', '_format_version: "3.0"\nservices:\n- {name: a, hots: x}\n')
    expect(await runAction('pull_request')).toMatchObject({ code: 1 })
    expect(host.comments[0]?.body).toContain('`kong.yaml:3:13` **error**')
  })

  it('goes on where its token may not write', async () => {
    host.refuse = 403
    write('kong.yaml', services(['a']))
    const { code, output } = await runAction('pull_request')
    expect(code).toBe(0)
    expect(output).toContain(
      'the comment was not written: POST /repos/o/r/issues/7/comments: HTTP status 403',
    )
    expect(output).not.toContain('token-of-github')
  })

  it('lets no name command the runner', async () => {
    write('kong.yaml', services(['a']))
    const { output } = await runAction('pull_request')
    const [, token = ''] = /^::stop-commands::([0-9a-f]{32})$/m.exec(output) ?? []
    expect(output.indexOf('Summary:')).toBeGreaterThan(output.indexOf(token))
    expect(output.indexOf('Summary:')).toBeLessThan(output.indexOf(`\n::${token}::`))
  })
})

describe('the action, on main and at night', () => {
  it('syncs, records, and finds a change by hand', async () => {
    write('kong.yaml', services(['a', 'b']) + secrets)
    const inputs = { record: 'record.json', 'record-key': 'canary-key' }
    expect(await runAction('push', inputs)).toMatchObject({ code: 0 })
    expect(existsSync(join(place.folder, 'record.json'))).toBe(true)
    expect(await runAction('schedule', inputs)).toMatchObject({ code: 0 })
    await byHand('PATCH', '/services/a', { host: 'hand.test' })
    expect(await runAction('schedule', inputs)).toMatchObject({ code: 2 })
    expect(read('summary.md')).toContain('### deck gateway drift: 1 changed by hand')
    expect(read('record.json') + read('summary.md')).not.toContain('canary')
    expect(host.comments).toEqual([])
  })

  it('passes arguments whole, and refuses an unknown mode', async () => {
    write('kong.yaml', services(['a']))
    expect(await runAction('push', { args: '--select-tag\nteam a\n' })).toMatchObject({ code: 0 })
    const { data } = (await (await fetch(`${place.gateway.admin}/services`)).json()) as {
      data: { tags: string[] }[]
    }
    expect(data[0]?.tags).toEqual(['team a'])
    expect(await runAction('push', { mode: 'destroy' })).toMatchObject({ code: 1 })
  })
})

describe('the template for GitLab', () => {
  interface Job {
    readonly script?: readonly string[]
    readonly before_script?: readonly string[]
    readonly variables?: Readonly<Record<string, string>>
  }
  const template = parse(readFileSync(join(repository, 'ci/gitlab.yml'), 'utf8')) as {
    readonly variables: Readonly<Record<string, string>>
    readonly [job: string]: Job
  }
  const { variables } = template

  async function runJob(name: string, env: Readonly<Record<string, string>>): Promise<Ran> {
    const { before_script: before = [], script = [] } = template['.deck'] ?? {}
    return bash(['set -e', ...before, ...script].join('\n'), {
      GITLAB_CI: 'true',
      CI_API_V4_URL: host.address,
      CI_PROJECT_ID: '3',
      CI_JOB_URL: 'https://gitlab.test/job/1',
      DECK_KONG_ADDR: place.gateway.admin,
      PIPELINE_TOKEN: 'token-of-gitlab',
      ...variables,
      ...template[name]?.variables,
      DECK_HOME: repository,
      ...env,
    })
  }

  it('diffs with one note, syncs, and finds drift', async () => {
    write('kong.yaml', services(['a']) + secrets)
    const request = { CI_MERGE_REQUEST_IID: '5' }
    expect(await runJob('deck:diff', request)).toMatchObject({ code: 0 })
    expect(await runJob('deck:diff', request)).toMatchObject({ code: 0 })
    expect(host.comments).toHaveLength(1)
    expect(host.requests.at(-1)).toEqual({
      line: 'PUT /projects/3/merge_requests/5/notes/1',
      token: 'token-of-gitlab',
    })
    expect(await runJob('deck:sync', {})).toMatchObject({ code: 0 })
    expect(await runJob('deck:drift', {})).toMatchObject({ code: 0 })
    write('kong.yaml', services(['a'], 'other.test') + secrets)
    // The runner kept its journal.
    expect(await runJob('deck:drift', {})).toMatchObject({ code: 0 })
    expect(await runJob('deck:drift', { DECK_NO_JOURNAL: 'true' })).toMatchObject({ code: 2 })
    await byHand('PATCH', '/services/a', { host: 'hand.test' })
    expect(await runJob('deck:drift', {})).toMatchObject({ code: 2 })
    expect(JSON.stringify(host.comments)).not.toContain('canary')
  })
})

it('the page names every input', () => {
  const page = readFileSync(join(repository, 'docs/ci.md'), 'utf8')
  expect(action.runs.using).toBe('composite')
  for (const name of Object.keys(action.inputs)) expect(page).toContain(`\`${name}\``)
})
