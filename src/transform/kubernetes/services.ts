/** Services as Kubernetes Services, with the upstreams that they send to. */
import type { Values } from '../../entities/language/values.ts'
import { inside } from '../merged-content.ts'
import {
  annotation,
  annotationsOf,
  attachPlugin,
  ifFilled,
  type Manifest,
  type Target,
  tagsOf,
} from './manifest.ts'
import { kongPlugin } from './plugins.ts'
import { upstreamManifest, upstreamOf } from './upstreams.ts'

const annotated = ['protocol', 'path', 'read_timeout', 'write_timeout', 'connect_timeout', 'retries']

/** @param name of the service */
export function serviceManifests(
  service: Values,
  name: string,
  upstreams: readonly Values[],
  target: Target,
): Manifest[] {
  const { client_certificate: certificate } = service
  const annotations = {
    ...annotationsOf(service, annotated),
    ...(typeof certificate === 'string' && { [annotation('client-cert')]: certificate }),
    ...tagsOf(service),
  }
  const upstream = upstreamOf(service, upstreams)
  const policy = upstream && upstreamManifest(upstream, name, target)
  if (policy !== undefined) annotations[policy.reference] = policy.manifest.metadata.name
  const plugins = inside(service, 'plugins').map(plugin => kongPlugin(plugin, [name], target))
  for (const { metadata } of plugins) attachPlugin(annotations, metadata.name)
  const own = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: target.nameOf(name), annotations },
    spec: { ...portsOf(service), ...backendOf(service, name, upstream !== undefined) },
  }
  return [...plugins, ...(policy ? [policy.manifest] : []), own]
}

function portsOf({ port, protocol }: Values): Values {
  if (port === undefined) return {}
  const isUdp = String(protocol).toUpperCase() === 'UDP'
  return { ports: [{ protocol: isUdp ? 'UDP' : 'TCP', port, targetPort: port }] }
}

/** Pods of the service's name where an upstream balances over them, else a host outside of the cluster. */
const backendOf = ({ host }: Values, name: string, isBalanced: boolean): Values =>
  host === undefined || isBalanced
    ? { selector: { app: name } }
    : { type: 'ExternalName', externalName: ifFilled(host) }
