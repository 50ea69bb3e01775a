/** Workspaces, which Kong Enterprise has: is there one of a name, and making it. */
import { isRecord } from '../entities/language/values.ts'
import { AdminApiError, DeckError } from '../errors.ts'
import type { AdminClient } from './client.ts'
import { listAll } from './list.ts'

/** @param client of that workspace: its paths are below `/<name>` */
export async function workspaceExists(client: AdminClient, name: string): Promise<boolean> {
  try {
    await client.get(`/workspaces/${encodeURIComponent(name)}`)
    return true
  } catch (error) {
    if (error instanceof AdminApiError && error.status === 404) return false
    throw error
  }
}

/** Names of all workspaces. @param client without a workspace */
export async function listWorkspaces(client: AdminClient): Promise<string[]> {
  const items = await listAll(client, '/workspaces').catch((error: unknown) => {
    if (!(error instanceof AdminApiError)) throw error
    throw new DeckError(`fetching workspaces from Kong: ${error.message}`, {
      cause: error,
      ...(error.status === 404 && { hint: noWorkspaces }),
    })
  })
  return items.flatMap(item => (isRecord(item) && typeof item['name'] === 'string' ? [item['name']] : []))
}

const noWorkspaces = 'this Kong has no workspaces: they are part of Kong Enterprise'

/** @param client without a workspace */
export async function createWorkspace(client: AdminClient, name: string): Promise<void> {
  const made = await client.post('/workspaces', { name }).catch((error: unknown) => {
    if (!(error instanceof AdminApiError)) throw error
    throw new DeckError(`creating workspace '${name}': ${error.message}`, {
      cause: error,
      ...(error.status === 404 && { hint: noWorkspaces }),
    })
  })
  if (isRecord(made) && made['name'] === name) return
  if (!(await workspaceExists(client.within(name), name)))
    throw new DeckError(
      `creating workspace '${name}': the response was a success, but the gateway does not have it`,
    )
}
