// Where a pipeline runs, and how a comment is written there that is found again by its first line.
import { readFileSync } from 'node:fs'

/** @param {NodeJS.ProcessEnv} env */
export function hosts(env) {
  if (env.GITHUB_ACTIONS) return github(env)
  if (env.GITLAB_CI) return gitlab(env)
  return { mode: () => 'diff', longest: 65_536, pointer: () => '', comment: async () => {} }
}

function github(env) {
  const event = env.GITHUB_EVENT_PATH ? JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, 'utf8')) : {}
  const number = event.pull_request?.number
  const call = caller(env.GITHUB_API_URL ?? 'https://api.github.com', {
    authorization: `Bearer ${env.PIPELINE_TOKEN}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  })
  const run = `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}`
  const issues = `/repos/${env.GITHUB_REPOSITORY}/issues`
  return {
    mode: () => modeOf(env.GITHUB_EVENT_NAME, ['pull_request', 'pull_request_target']),
    longest: 65_536,
    pointer: () => `The whole report is an artifact of [the run](${run}).`,
    comment: async (marker, body) => {
      if (number === undefined) return
      await upsert(marker, body, {
        call,
        list: `${issues}/${number}/comments`,
        one: id => `${issues}/comments/${id}`,
        update: 'PATCH',
        token: env.PIPELINE_TOKEN,
      })
    },
  }
}

function gitlab(env) {
  const number = env.CI_MERGE_REQUEST_IID
  const call = caller(env.CI_API_V4_URL ?? '', { 'private-token': env.PIPELINE_TOKEN ?? '' })
  const notes = `/projects/${env.CI_PROJECT_ID}/merge_requests/${number}/notes`
  return {
    mode: () => modeOf(env.CI_PIPELINE_SOURCE, ['merge_request_event']),
    longest: 1_000_000,
    pointer: () => `The whole report is an artifact of [the job](${env.CI_JOB_URL}).`,
    comment: async (marker, body) => {
      if (number === undefined) return
      await upsert(marker, body, {
        call,
        list: notes,
        one: id => `${notes}/${id}`,
        update: 'PUT',
        token: env.PIPELINE_TOKEN,
      })
    },
  }
}

const modeOf = (event, proposals) =>
  proposals.includes(event) ? 'diff' : event === 'schedule' ? 'drift' : 'sync'

const perPage = 100

/** Updates the comment that begins with the marker, or writes one. */
async function upsert(marker, body, { call, list, one, update, token }) {
  if (!token) throw new Error('there is no token to write it with')
  for (let page = 1; ; page++) {
    const comments = await call('GET', `${list}?per_page=${perPage}&page=${page}`)
    const found = comments.find(comment => comment.body.startsWith(marker.trimEnd()))
    if (found) {
      await call(update, one(found.id), { body })
      return
    }
    if (comments.length < perPage) break
  }
  await call('POST', list, { body })
}

function caller(address, headers) {
  return async (method, path, body) => {
    const answer = await fetch(address + path, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    })
    if (!answer.ok) throw new Error(`${method} ${path.split('?')[0]}: HTTP status ${answer.status}`)
    return answer.json()
  }
}
