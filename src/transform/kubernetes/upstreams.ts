/** Upstreams: KongUpstreamPolicy for version 3 of the controller, KongIngress for version 2. */
import { upstream as definition } from '../../entities/kinds/upstream.ts'
import type { Fields } from '../../entities/language/define.ts'
import { isRecord, type Values } from '../../entities/language/values.ts'
import { annotation, ingressClass, kongBeta, kongV1, type Manifest, type Target, tagsOf } from './manifest.ts'

/** @returns the upstream whose name is the host of the service; letters' case does not matter */
export const upstreamOf = ({ host }: Values, upstreams: readonly Values[]): Values | undefined =>
  upstreams.find(({ name }) => typeof host === 'string' && String(name).toLowerCase() === host.toLowerCase())

/** @returns the object, and the annotation of the service that refers to it */
export function upstreamManifest(
  upstream: Values,
  service: string,
  target: Target,
): { manifest: Manifest; reference: string } {
  const name = target.nameOf(`${service}-upstream`)
  if (target.version === '3') {
    const manifest = {
      apiVersion: kongBeta,
      kind: 'KongUpstreamPolicy',
      metadata: { name, annotations: tagsOf(upstream) },
      spec: policyOf(upstream),
    }
    return { manifest, reference: annotation('upstream-policy') }
  }
  const manifest = {
    apiVersion: kongV1,
    kind: 'KongIngress',
    metadata: { name, annotations: { ...ingressClass(target), ...tagsOf(upstream) } },
    upstream: Object.fromEntries(
      Object.entries(encoded(upstream, definition.fields)).filter(([field]) => balancing.includes(field)),
    ),
  }
  return { manifest, reference: annotation('override') }
}

const hashing = Object.keys(definition.fields).filter(field => field.startsWith('hash_'))
const balancing = ['host_header', 'algorithm', 'slots', 'healthchecks', ...hashing]

/** Empty lists and maps are left out. */
function encoded(record: Values, fields: Fields): Values {
  const kept = Object.entries(record).flatMap(([name, value]) => {
    const inner = fields[name]?.fields
    if (inner !== undefined && isRecord(value)) return [[name, encoded(value, inner)] as const]
    const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0
    return isEmpty ? [] : [[name, value] as const]
  })
  return Object.fromEntries(kept)
}

function policyOf(upstream: Values): Values {
  const { algorithm, slots, hash_on, hash_fallback, healthchecks } = upstream
  const isHashed = algorithm === 'consistent-hashing'
  return {
    algorithm,
    slots,
    ...(isHashed && hash_on !== undefined && { hashOn: hashOf(upstream, 'hash_on') }),
    ...(isHashed && hash_fallback !== undefined && { hashOnFallback: hashOf(upstream, 'hash_fallback') }),
    ...(isRecord(healthchecks) && { healthchecks: checksOf(healthchecks) }),
  }
}

/** @example { input: 'cookie', cookie: 'sid', cookiePath: '/' } */
function hashOf(upstream: Values, field: 'hash_on' | 'hash_fallback'): Values {
  const more = hashing.filter(name => name.startsWith(`${field}_`))
  const parts = more.map(name => [camelCase(name.slice(field.length + 1)), upstream[name]] as const)
  return { input: upstream[field], ...Object.fromEntries(parts) }
}

function checksOf(healthchecks: Values): Values {
  const { threshold = 0, ...checks } = encoded(healthchecks, definition.fields.healthchecks.fields)
  return { ...inCamelCase(checks), threshold: Math.trunc(Number(threshold)) }
}

/** The names of fields; those of headers are the user's. */
function inCamelCase(record: Values): Values {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      camelCase(name),
      name !== 'headers' && isRecord(value) ? inCamelCase(value) : value,
    ]),
  )
}

const camelCase = (name: string): string =>
  name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
