/** One request to an Admin API, and its answer as a test wants to see it. */

export interface Asked {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: Record<string, unknown>
}

export async function ask(admin: string, method: string, path: string, body?: unknown): Promise<Asked> {
  return askRaw(
    admin,
    method,
    path,
    body === undefined ? undefined : JSON.stringify(body),
    'application/json',
  )
}

export async function askRaw(
  admin: string,
  method: string,
  path: string,
  body: string | undefined,
  contentType: string,
): Promise<Asked> {
  const response = await fetch(admin + path, {
    method,
    ...(body !== undefined && { body, headers: { 'Content-Type': contentType } }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== ''
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} }
}
