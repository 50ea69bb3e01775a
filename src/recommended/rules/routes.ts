/** Rules about which route gets a request; the gateway's router decides. */
import type { UnreachedRoute } from '../../route-check/dead-routes.ts'
import type { Finding, LintedFile, Rule } from '../rule.ts'

const unreached =
  (because: UnreachedRoute['because'], verb: string) =>
  ({ unreached: all, called, placeOf }: LintedFile): Finding[] =>
    all
      .filter(one => one.because === because)
      .map(({ route, by }) => {
        const others = by.map(({ id }) => `${called(id)} (${placeOf(id)})`)
        return { id: route.id, message: `${called(route.id)} ${verb} ${others.join(', ')}` }
      })

export const duplicateRoute: Rule = {
  id: 'duplicate-route',
  severity: 'error',
  title: 'two routes have the same conditions',
  why: 'Only one of them gets requests; the other one, with its service and plugins, does nothing.',
  how: 'remove one of them, or tell them apart by a path, host, method or header',
  find: unreached('duplicate', 'has the same conditions as'),
}

export const deadRoute: Rule = {
  id: 'dead-route',
  severity: 'error',
  title: 'a route gets no request, because other routes take them all',
  why: "Kong's router tries the other routes first, and each request of this route matches one of them.",
  how: 'deck file route shows which route a request meets and why; remove the route or make its conditions narrower',
  find: unreached('dead', 'gets no request: all of them go to'),
}

export const ambiguousRoutes: Rule = {
  id: 'ambiguous-routes',
  severity: 'warn',
  title: 'ids decide which of two routes gets a request',
  why: 'The routes are equal to Kong, which then takes the greater id. Another gateway may have other ids.',
  how: 'tell the routes apart by a path, host, method or header',
  find: unreached('ambiguous', 'and others get the same requests, and ids decide:'),
}

export const catchAllRoute: Rule = {
  id: 'catch-all-route',
  severity: 'info',
  title: 'a route takes every path on every host',
  why: 'Misspelt requests, and those of routes that were removed, go to its service instead of a 404.',
  how: 'name the hosts or paths of the route',
  find: ({ routes, called }) =>
    routes
      .filter(({ hosts, paths, headers, snis }) => {
        const hasOthers = hosts?.length || snis?.length || Object.keys(headers ?? {}).length > 0
        return !hasOthers && paths?.length === 1 && paths[0] === '/'
      })
      .map(({ id }) => ({ id, path: ['paths'], message: `${called(id)} takes every path on every host` })),
}

export const serviceWithoutRoute: Rule = {
  id: 'service-without-route',
  severity: 'info',
  title: 'no route leads to a service',
  why: 'The service gets no requests.',
  how: 'add a route, or remove the service',
  find: ({ services, routesOf, called }) =>
    services
      .filter(service => routesOf(service).length === 0)
      .map(({ id }) => ({ id, message: `${called(id)} has no route` })),
}
