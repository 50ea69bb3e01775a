/** Paths to endpoints: a tree by segments, in which a written segment is preferred to a `{parameter}`. */
import type { Endpoint } from './endpoint.ts'

interface Node {
  readonly written: Map<string, Node>
  parameter?: Node
  endpoint?: Endpoint
}

export interface Match {
  readonly endpoint: Endpoint
  /** Still escaped. */
  readonly params: Readonly<Record<string, string>>
}

export type Router = (path: string) => Match | undefined

const newNode = (): Node => ({ written: new Map() })
const isParameter = (segment: string): boolean => segment.startsWith('{')
const segmentsOf = (path: string): string[] => path.slice(1).split('/')

export function createRouter(endpoints: readonly Endpoint[]): Router {
  const root = newNode()
  for (const endpoint of endpoints) {
    let node = root
    for (const segment of segmentsOf(endpoint.path)) {
      if (isParameter(segment)) {
        node.parameter ??= newNode()
        node = node.parameter
      } else {
        const next = node.written.get(segment) ?? newNode()
        node.written.set(segment, next)
        node = next
      }
    }
    node.endpoint = endpoint
  }
  return path => {
    // One slash at the end does not matter.
    const plain = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
    const segments = segmentsOf(plain)
    const endpoint = find(root, segments, 0)
    return endpoint === undefined ? undefined : { endpoint, params: paramsOf(endpoint, segments) }
  }
}

function find(node: Node, segments: readonly string[], at: number): Endpoint | undefined {
  const segment = segments[at]
  if (segment === undefined) return node.endpoint
  const written = node.written.get(segment)
  const found = written && find(written, segments, at + 1)
  if (found !== undefined) return found
  return node.parameter !== undefined && segment !== '' ? find(node.parameter, segments, at + 1) : undefined
}

function paramsOf(endpoint: Endpoint, segments: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {}
  segmentsOf(endpoint.path).forEach((name, index) => {
    if (isParameter(name)) params[name.slice(1, -1)] = segments[index] ?? ''
  })
  return params
}
