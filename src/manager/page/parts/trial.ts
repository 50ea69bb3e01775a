/** The request of Try it: suggested by the route, then as typed. */
import { type ComputedRef, computed, type Ref, ref } from 'vue'
import { type Entity, isRecord } from '../admin-api.ts'
import { ask } from '../api.ts'
import type { Answer } from './try-answer.tsx'
import { type Identities, identitiesFor } from './try-identity.ts'

export interface Trial {
  readonly method: Ref<string>
  readonly path: Ref<string>
  /** A header a line. */
  readonly headers: Ref<string>
  readonly body: Ref<string>
  readonly isSecure: Ref<boolean>
  /** By scheme; over TLS only where that is known. */
  readonly proxies: Ref<{ readonly http: string; readonly https?: string }>
  /** The address of the proxy in use. */
  readonly proxy: ComputedRef<string>
  readonly identities: Ref<Identities>
  /** The same request as a curl command. */
  readonly curl: ComputedRef<string>
  readonly answers: Ref<readonly Answer[]>
  readonly problem: Ref<string>
  readonly isBusy: Ref<boolean>
  send(times: number): Promise<void>
}

/** A request that the route should match: its first path, method, host and headers. */
function suggestion(route: Entity) {
  const first = (name: string): string | undefined =>
    Array.isArray(route[name]) ? String(route[name][0]) : undefined
  const path = first('paths') ?? '/'
  const host = first('hosts')?.replace('*', 'any')
  const headers = isRecord(route['headers']) ? route['headers'] : {}
  const lines = [
    ...(host === undefined ? [] : [`Host: ${host}`]),
    ...Object.entries(headers).map(
      ([name, values]) => `${name}: ${Array.isArray(values) ? values[0] : values}`,
    ),
  ]
  return {
    method: first('methods') ?? 'GET',
    path: path.startsWith('~') ? '/' : path,
    headers: lines.join('\n'),
  }
}

const pairsIn = (lines: string): [string, string][] =>
  lines
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()])

/** Kong answers such a route's requests without TLS with 426. */
const wantsTls = ({ protocols }: Entity): boolean =>
  Array.isArray(protocols) && protocols.includes('https') && !protocols.includes('http')

/** A shell changes nothing within single quotes. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

export function createTrial(route: Entity): Trial {
  const start = suggestion(route)
  const method = ref(start.method)
  const path = ref(start.path)
  const headers = ref(start.headers)
  const body = ref('')
  const answers = ref<readonly Answer[]>([])
  const problem = ref('')
  const isBusy = ref(false)
  const proxies = ref<{ readonly http: string; readonly https?: string }>({ http: '' })
  const isSecure = ref(false)
  const proxy = computed(() => (isSecure.value ? proxies.value.https : undefined) ?? proxies.value.http)
  const identities = ref<Identities>({ askedBy: [], known: [] })
  const trial = { method, path, headers, body, isSecure, proxy }
  const curl = computed(() => curlOf(trial))

  async function send(times: number): Promise<void> {
    isBusy.value = true
    problem.value = ''
    answers.value = []
    try {
      for (let sent = 0; sent < times; sent++) {
        const request = {
          method: method.value,
          path: path.value,
          headers: pairsIn(headers.value),
          body: body.value,
          isSecure: isSecure.value,
        }
        const answer = (await ask('POST', '/try', request)) as Answer
        answers.value = [...answers.value, answer]
      }
    } catch (error) {
      problem.value = (error as Error).message
    } finally {
      isBusy.value = false
    }
  }

  ask('GET', '/about').then(
    about => {
      if (!isRecord(about)) return
      const { proxyTls } = about
      const isKnown = typeof proxyTls === 'string'
      proxies.value = { http: String(about['proxy']), ...(isKnown && { https: proxyTls }) }
      isSecure.value = isKnown && wantsTls(route)
    },
    () => {}, // the request will say it
  )
  identitiesFor(route).then(
    found => {
      identities.value = found
    },
    () => {}, // headers can be typed
  )
  return { ...trial, proxies, identities, curl, answers, problem, isBusy, send }
}

/** The request as a command of a shell. */
const curlOf = ({
  method,
  path,
  headers,
  body,
  isSecure,
  proxy,
}: Pick<Trial, 'method' | 'path' | 'headers' | 'body' | 'isSecure' | 'proxy'>): string =>
  [
    'curl -i',
    ...(method.value === 'GET' ? [] : [method.value === 'HEAD' ? '--head' : `-X ${method.value}`]),
    // Its certificate is self-signed.
    ...(isSecure.value ? ['-k'] : []),
    ...pairsIn(headers.value).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body.value === '' ? [] : [`--data-raw ${quoted(body.value)}`]),
    quoted(proxy.value + path.value),
  ].join(' ')
