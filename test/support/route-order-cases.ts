/**
 * Requests for which several routes fit, and the route that Kong's own router finds (run with the Lua code
 * of 3.9.1 and 2.8.5).
 */

export interface RouteCase {
  readonly name: string
  /** By the letter of their id: see `idOf`. The later ones are newer. */
  readonly routes: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly request: {
    readonly method?: string
    readonly path: string
    readonly host?: string
    readonly headers?: Readonly<Record<string, string>>
    /** The name that the client asked for over TLS. */
    readonly serverName?: string
  }
  readonly winner: string | undefined
}

/** `a` → `aaaaaaaa-aaaa-4aaa-aaaa-aaaaaaaaaaaa`. */
export const idOf = (letter: string): string =>
  [8, 4, 3, 4, 12].map((length, at) => (at === 2 ? '4' : '') + letter.repeat(length)).join('-')

const all = { hosts: ['a.example'], methods: ['GET'], headers: { x: ['1'] } }
const oneHeader = { x: '1' }

export const priorityCases: readonly RouteCase[] = [
  {
    name: 'a regex path wins over two matchers',
    routes: { b: { paths: ['/p1'], methods: ['GET'] }, a: { paths: ['~/p1/x.+'] } },
    request: { path: '/p1/xy' },
    winner: 'a',
  },
  {
    name: 'a regex path wins over headers',
    routes: { b: { paths: ['/p1'], headers: { x: ['1'] } }, a: { paths: ['~/p1/x.+'] } },
    request: { path: '/p1/xy', headers: oneHeader },
    winner: 'a',
  },
  {
    name: 'a plain host wins over a regex path',
    routes: { a: { hosts: ['a.example'] }, b: { paths: ['~/p1'], methods: ['GET'] } },
    request: { path: '/p1' },
    winner: 'a',
  },
  {
    name: 'a wildcard host does not',
    routes: { b: { hosts: ['*.example'], methods: ['GET'] }, a: { paths: ['~/p1'] } },
    request: { path: '/p1' },
    winner: 'a',
  },
  {
    name: 'a plain host beside a wildcard does not either',
    routes: { b: { hosts: ['a.example', '*.org'] }, a: { paths: ['~/p1'] } },
    request: { path: '/p1' },
    winner: 'a',
  },
  {
    name: 'an empty list of hosts counts as plain hosts',
    routes: { a: { hosts: [], paths: ['/p1'] }, b: { paths: ['~/p1'] } },
    request: { path: '/p1' },
    winner: 'a',
  },
  {
    name: 'four matchers win over three with a plain host',
    routes: {
      a: { ...all, hosts: ['*.example'], paths: ['/'] },
      b: { hosts: ['a.example'], methods: ['GET'], paths: ['~/p1'] },
    },
    request: { path: '/p1', headers: oneHeader },
    winner: 'a',
  },
  {
    name: 'of four matchers without a plain host only the id counts',
    routes: {
      a: { ...all, hosts: ['*.example'], paths: ['/long/path'] },
      b: { ...all, hosts: ['*.example'], paths: ['/'] },
    },
    request: { path: '/long/path', headers: oneHeader },
    winner: 'b',
  },
  {
    name: 'a negative regex_priority wins over all with less than four matchers',
    routes: {
      b: { hosts: ['a.example'], methods: ['GET'], paths: ['~/p1'], regex_priority: 9 },
      a: { paths: ['~/p'], regex_priority: -1 },
    },
    request: { path: '/p1' },
    winner: 'a',
  },
  {
    name: 'a regex_priority of 4096 counts as a negative one',
    routes: { b: { hosts: ['a.example'], paths: ['~/p1'] }, a: { paths: ['~/p'], regex_priority: 4096 } },
    request: { path: '/p1' },
    winner: 'a',
  },
  {
    name: 'a regex_priority of 8192 counts as none',
    routes: { a: { paths: ['~/p1'], regex_priority: 8192 }, b: { paths: ['~/p'], regex_priority: 0 } },
    request: { path: '/p1' },
    winner: 'b',
  },
  {
    name: 'a regex_priority of 2 counts as much as a header, where there is no header',
    routes: {
      a: { paths: ['~/p1'], methods: ['GET'], headers: { x: ['1'] } },
      b: { paths: ['~/p'], methods: ['GET'], hosts: ['*.example'], regex_priority: 2 },
    },
    request: { path: '/p1', headers: oneHeader },
    winner: 'b',
  },
  {
    name: 'regex_priority means nothing to plain paths',
    routes: { b: { paths: ['/p'], regex_priority: 9 }, a: { paths: ['/p1'] } },
    request: { path: '/p1' },
    winner: 'a',
  },
  {
    name: 'more headers',
    routes: { b: { headers: { x: ['1'] } }, a: { headers: { x: ['1'], y: ['1'] } } },
    request: { path: '/', headers: { x: '1', y: '1' } },
    winner: 'a',
  },
  {
    name: 'more matchers win over a longer path',
    routes: { b: { paths: ['/p1/long'] }, a: { paths: ['/p1'], methods: ['GET'] } },
    request: { path: '/p1/long' },
    winner: 'a',
  },
  {
    name: 'equal routes: the greater id',
    routes: { a: { paths: ['/p1'] }, b: { paths: ['/p1'] } },
    request: { path: '/p1' },
    winner: 'b',
  },
  {
    name: 'a route with paths of two lengths has other ids: e#1 is 9728…',
    routes: { e: { paths: ['/p1', '/longer'] }, b: { paths: ['/p1'] } },
    request: { path: '/p1' },
    winner: 'b',
  },
  {
    name: 'a route with a regex and a plain path, too: b#2 is fb89…',
    routes: { b: { paths: ['~/p2', '/p1'] }, e: { paths: ['/p1'] } },
    request: { path: '/p1' },
    winner: 'b',
  },
  {
    name: 'paths of one length are one group, and keep the id',
    routes: { f: { paths: ['/p1', '/p2'] }, b: { paths: ['/p1'] } },
    request: { path: '/p1' },
    winner: 'f',
  },
  {
    name: 'server names count without TLS',
    routes: {
      b: { paths: ['/p1'], methods: ['GET'] },
      a: { paths: ['/'], methods: ['GET'], snis: ['a.example'] },
    },
    request: { path: '/p1' },
    winner: 'a',
  },
]

const regex = (path: string, isMarked: boolean) => (isMarked ? `~${path}` : path)

/** @param isMarked 3.9: regexes begin with `~` */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a table of cases
export const categoryCases = (isMarked: boolean): readonly RouteCase[] => [
  {
    name: 'a plain host beside a wildcard wins over an older wildcard',
    routes: { a: { hosts: ['*.example'], paths: ['/'] }, b: { hosts: ['a.example', '*.org'], paths: ['/'] } },
    request: { path: '/' },
    winner: 'b',
  },
  {
    name: 'a wildcard with a regex wins over a plain host with a prefix, in the set of the regex',
    routes: {
      a: { hosts: ['api.example.com'], paths: ['/v1/users/'] },
      b: { hosts: ['*.example.com'], paths: [regex('/v1/u.+', isMarked)] },
      c: { hosts: ['api.example.com'], paths: ['/v2'] },
    },
    request: { path: '/v1/users/1', host: 'api.example.com' },
    winner: 'b',
  },
  {
    name: 'of sets that are as small the one of the host comes first',
    routes: {
      b: { hosts: ['*.example.com'], paths: [regex('/v1/u.+', isMarked)] },
      a: { hosts: ['api.example.com'], paths: ['/v1/users/'] },
    },
    request: { path: '/v1/users/1', host: 'api.example.com' },
    winner: 'a',
  },
  {
    name: 'the set of the header comes first, however large',
    routes: {
      a: { headers: { x: ['1'] }, paths: ['/p1'] },
      b: { headers: { y: ['1'], x: ['2', '1'] }, paths: ['/'] },
      c: { headers: { x: ['3'] }, paths: ['/'] },
    },
    request: { path: '/p1', headers: { x: '1', y: '1' } },
    winner: 'b',
  },
  {
    name: 'more matchers win over a regex',
    routes: { a: { paths: [regex('/p1/x.+', isMarked)] }, b: { paths: ['/p1'], methods: ['GET'] } },
    request: { path: '/p1/xy' },
    winner: 'b',
  },
  {
    name: 'of as many matchers hosts win over headers, those over paths, those over methods',
    routes: {
      a: { methods: ['GET'], paths: ['/p1'] },
      b: { headers: { x: ['1'] }, methods: ['GET'] },
      c: { hosts: ['a.example'], methods: ['GET'] },
    },
    request: { path: '/p1', headers: oneHeader },
    winner: 'c',
  },
  {
    name: 'in a category a wildcard with a port comes first',
    routes: { a: { hosts: ['*.example'] }, b: { hosts: ['*.example:8000'] } },
    request: { path: '/', host: 'a.example:8000' },
    winner: 'b',
  },
  {
    name: 'then plain hosts, then regexes, which win over more headers',
    routes: {
      a: { hosts: ['*.example'], paths: [regex('/p.', isMarked)], headers: { x: ['1'] } },
      b: { hosts: ['a.example', 'b.example'], paths: ['/p1'], headers: { x: ['1'] } },
    },
    request: { path: '/p1', headers: oneHeader },
    winner: 'b',
  },
  {
    name: 'then the higher regex_priority; a negative one is the lowest',
    routes: {
      a: { paths: [regex('/p.', isMarked)], regex_priority: -1 },
      b: { paths: [regex('/p.+', isMarked)] },
    },
    request: { path: '/p1' },
    winner: 'b',
  },
  {
    name: 'then the longer path',
    routes: { a: { paths: ['/p'] }, b: { paths: ['/p1'] } },
    request: { path: '/p1' },
    winner: 'b',
  },
  {
    name: 'then the older route',
    routes: { b: { paths: ['/p1'] }, a: { paths: ['/p1'] } },
    request: { path: '/p1' },
    winner: 'b',
  },
  {
    name: 'the category of the request is tried first: without TLS a route for server names comes after it',
    routes: { a: { hosts: ['a.example'], snis: ['a.example'] }, b: { hosts: ['a.example'] } },
    request: { path: '/' },
    winner: 'b',
  },
  {
    name: 'with TLS it comes first',
    routes: { a: { hosts: ['a.example'], snis: ['a.example'] }, b: { hosts: ['a.example'] } },
    request: { path: '/', serverName: 'a.example' },
    winner: 'a',
  },
  {
    name: 'a prefix that is written like the regex that was found counts as matched',
    routes: { a: { paths: ['~/a.c'], methods: ['POST'] }, b: { paths: ['/a.c'] } },
    request: { path: '/axc' },
    winner: 'b',
  },
]
