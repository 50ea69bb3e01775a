/** The headers of every request to an Admin API. */
import type { ClientSettings } from './settings.ts'

export function requestHeaders(settings: ClientSettings): Record<string, string> {
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Accept-Encoding': 'identity',
    ...settings.headers,
  }
  if (settings.userAgent !== undefined) headers['User-Agent'] ??= settings.userAgent
  if (settings.token !== undefined && settings.token !== '') {
    for (const name of Object.keys(headers)) {
      if (name.toLowerCase() === 'kong-admin-token') delete headers[name]
    }
    headers['Kong-Admin-Token'] = settings.token
  }
  return headers
}
