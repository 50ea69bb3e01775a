/** Rules about the way to upstreams: encryption, time limits, retries, targets and their health. */
import type { Upstream } from '../../entities/kinds/upstream.ts'
import type { Rule } from '../rule.ts'
import { isLoopback } from './credentials.ts'

const plainProtocols: readonly string[] = ['http', 'grpc', 'tcp', 'ws']

export const plainUpstream: Rule = {
  id: 'plain-upstream',
  severity: 'warn',
  title: 'requests go to the upstream without encryption',
  why: 'Everyone on the network between gateway and upstream can read and change them.',
  how: 'use protocol: https (or grpcs, tls); inside a trusted network, write # deck-lint: ignore plain-upstream',
  find: ({ services, called }) =>
    services
      .filter(({ protocol, host }) => plainProtocols.includes(protocol) && !isLoopback(host))
      .map(({ id, protocol }) => ({
        id,
        path: ['protocol'],
        message: `${called(id)} uses ${protocol} to the upstream`,
      })),
}

export const unverifiedCertificate: Rule = {
  id: 'unverified-certificate',
  severity: 'info',
  title: "the upstream's certificate is not checked",
  why: "Kong's default is not to check certificates, so anyone between gateway and upstream can pretend to be the upstream.",
  how: 'set tls_verify: true on the service, and give the authority in ca_certificates',
  find: ({ services, called }) =>
    services
      .filter(({ protocol, tls_verify }) => protocol === 'https' && tls_verify !== true)
      .map(({ id }) => ({ id, path: ['tls_verify'], message: `${called(id)} does not check certificates` })),
}

const timeouts = ['connect_timeout', 'read_timeout', 'write_timeout']

export const defaultTimeouts: Rule = {
  id: 'default-timeouts',
  severity: 'info',
  title: 'a service has no time limits of its own',
  why: "Kong's default is 60 seconds for each attempt: a slow upstream holds its clients and connections for minutes.",
  how: 'set connect_timeout, read_timeout and write_timeout in milliseconds, or once in _info.defaults.service',
  find: ({ services, says, called }) =>
    services.flatMap(({ id }) => {
      const missing = timeouts.filter(field => !says(id, field))
      return missing.length === 0 ? [] : [{ id, message: `${called(id)} does not say ${missing.join(', ')}` }]
    }),
}

const unsafe: readonly string[] = ['POST', 'PATCH']

export const retriesOfWrites: Rule = {
  id: 'retries-of-writes',
  severity: 'info',
  title: 'requests that write may be sent several times',
  why: 'Kong retries a failed attempt five times by default. POST and PATCH are not idempotent: an attempt that failed may have had its effect.',
  how: 'write retries on the service: 0 for writes, or the number that you want',
  find: ({ services, routesOf, says, called }) =>
    services.flatMap(service => {
      const { id, retries } = service
      const writing = routesOf(service).find(({ methods }) => methods?.some(one => unsafe.includes(one)))
      if (writing === undefined || retries === 0 || says(id, 'retries')) return []
      return [{ id, message: `${called(id)} retries ${retries} times, also writes of ${called(writing.id)}` }]
    }),
}

/** Kong's default is 0 everywhere, which switches a check off. */
function isChecked({ healthchecks: { active, passive } }: Upstream): boolean {
  const intervals = [active.healthy.interval, active.unhealthy.interval]
  const { http_failures, tcp_failures, timeouts: late } = passive.unhealthy
  return [...intervals, http_failures, tcp_failures, late].some(one => (one ?? 0) > 0)
}

export const noHealthChecks: Rule = {
  id: 'no-health-checks',
  severity: 'warn',
  title: 'an upstream does not notice that a target is dead',
  why: 'Without health checks each request may be sent to a dead target first, and waits for its time limit.',
  how: 'set healthchecks.passive.unhealthy (tcp_failures, timeouts, http_failures) or healthchecks.active',
  find: file =>
    file.upstreams
      .filter(upstream => file.targetsOf(upstream).length > 1 && !isChecked(upstream))
      .map(({ id }) => ({ id, path: ['healthchecks'], message: `${file.called(id)} has no health checks` })),
}

export const noTargets: Rule = {
  id: 'no-targets',
  severity: 'error',
  title: 'an upstream has no target that gets requests',
  why: 'Kong answers 503 to every request.',
  how: 'add a target, or give one a weight above 0',
  find: file =>
    file.upstreams
      .filter(
        upstream =>
          file.hosts.has(upstream.name) && file.targetsOf(upstream).every(({ weight }) => weight === 0),
      )
      .map(({ id }) => ({ id, message: `${file.called(id)} has no target with a weight above 0` })),
}

export const unusedUpstream: Rule = {
  id: 'unused-upstream',
  severity: 'info',
  title: 'no service uses an upstream',
  why: 'Its targets and health checks have no effect on any request.',
  how: 'use its name as the host of a service, or remove it',
  find: file =>
    file.upstreams
      .filter(upstream => !file.hosts.has(upstream.name))
      .map(({ id }) => ({ id, message: `no service uses ${file.called(id)}` })),
}

export const localLimit: Rule = {
  id: 'local-limit',
  severity: 'hint',
  title: 'each node of the gateway counts requests by itself',
  why: 'With three nodes and policy: local a client may send three times as many requests.',
  how: 'use policy: redis where the gateway has several nodes',
  find: ({ plugins, called }) =>
    plugins
      .filter(({ enabled, config }) => enabled && config?.['policy'] === 'local')
      .map(({ id }) => ({
        id,
        path: ['config', 'policy'],
        message: `${called(id)} counts on each node by itself`,
      })),
}
