/**
 * The page's only way out: requests to the Manager below its own address. What Kong refuses is an error that
 * still holds Kong's words and fields.
 */

import { ApiError, type Entity, isRecord, type Page } from './admin-api.ts'
import { announceAway } from './presence.ts'
import type { Kind } from './presentation.ts'

/** @throws ApiError for a status of 400 and more, or if the Manager does not respond */
export async function ask(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<unknown> {
  const response = await fetch(`/api${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
    }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error
    announceAway()
    throw new ApiError(0, { message: 'The Manager does not answer. Is it still running?' })
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
  const answer: unknown = isJson && text !== '' ? JSON.parse(text) : text
  if (response.status === 502 && path.startsWith('/admin/')) announceAway()
  if (!response.ok) throw new ApiError(response.status, isRecord(answer) ? answer : {})
  return answer
}

/** The kinds that the Manager presents; none where it does not answer. */
export const listKinds = (): Promise<readonly Kind[]> =>
  ask('GET', '/kinds').then(
    answer => (isRecord(answer) && Array.isArray(answer['data']) ? (answer['data'] as Kind[]) : []),
    () => [],
  )

/** The Admin API's answers, by its own paths. */
export const admin = {
  get: (path: string, signal?: AbortSignal) => ask('GET', `/admin${path}`, undefined, signal),
  send: (method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown) =>
    ask(method, `/admin${path}`, body),
}

/** @param query without `?` */
export async function listPage(
  path: string,
  query: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Page> {
  const search = new URLSearchParams(query).toString()
  const answer = await admin.get(`${path}?${search}`, signal)
  if (!isRecord(answer) || !Array.isArray(answer['data']))
    throw new ApiError(200, { message: 'The answer is no list.' })
  const { data, offset } = answer
  return { data: data as Entity[], offset: typeof offset === 'string' ? offset : undefined }
}

/** All of a list, however many pages it has. */
export async function listAll(path: string): Promise<Entity[]> {
  const all: Entity[] = []
  let offset: string | undefined
  do {
    const page = await listPage(path, { size: '1000', ...(offset !== undefined && { offset }) })
    all.push(...page.data)
    offset = page.offset
  } while (offset !== undefined)
  return all
}

/** Undefined if it does not exist. */
export async function findEntity(path: string, signal?: AbortSignal): Promise<Entity | undefined> {
  try {
    return (await admin.get(path, signal)) as Entity
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined
    throw error
  }
}
