/**
 * Files of the formats before 3.0, as Kong 3.x reads them: what 2.x took for a regular expression gets the
 * `~` that 3.x wants.
 */
import { isRecord } from '../../entities/language/values.ts'
import { normalisePath } from '../exchange/paths.ts'
import type { Values } from './content.ts'

const isPlain = (path: string): boolean => /^[A-Za-z0-9.\-_~/%]*$/.test(path)

/** `%2E` in a pattern means the dot itself; what is reserved in URLs stays escaped. */
const unescapedPattern = (pattern: string): string =>
  pattern.replace(/%([0-9A-Fa-f]{2})/g, (whole, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16))
    if (/[!#$%&'()*+,/:;=?@[\]]/.test(character)) return whole.toUpperCase()
    return /[.^\-{}\\|]/.test(character) ? `\\${character}` : character
  })

function newPath(path: unknown): unknown {
  if (typeof path !== 'string') return path
  if (!isPlain(path)) return `~${unescapedPattern(path)}`
  return Buffer.from(normalisePath(path), 'latin1').toString()
}

const newRoutes = (routes: unknown): unknown =>
  Array.isArray(routes)
    ? routes.map(route =>
        isRecord(route) && Array.isArray(route['paths'])
          ? { ...route, paths: route['paths'].map(newPath) }
          : route,
      )
    : routes

const withRoutes = (record: Values): Values =>
  'routes' in record ? { ...record, routes: newRoutes(record['routes']) } : record

/** Routes at the top and in services, where files of these formats have them. */
export function withNewPaths(content: Values): Values {
  if (content['_format_version'] !== '1.1' && content['_format_version'] !== '2.1') return content
  const { services } = content
  const nested = Array.isArray(services)
    ? { services: services.map(one => (isRecord(one) ? withRoutes(one) : one)) }
    : {}
  return { ...withRoutes(content), ...nested, _format_version: '3.0' }
}
