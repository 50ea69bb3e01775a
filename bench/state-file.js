// A state file of a given number of entities, always the same for the same number: services with a route and
// a plugin each, consumers with a key, upstreams with two targets.
export function stateFile(entities) {
  const services = []
  const consumers = []
  const upstreams = []
  // Eight entities at a time: service, route, plugin, consumer, key, upstream, two targets.
  for (let made = 0, n = 0; made < entities; made += 8, n++) {
    const name = String(n).padStart(5, '0')
    services.push(`- name: service-${name}
  host: upstream-${name}.example
  routes:
  - name: route-${name}
    paths:
    - /path-${name}
    plugins:
    - name: rate-limiting
      config:
        minute: ${100 + n}
        policy: local`)
    consumers.push(`- username: consumer-${name}
  keyauth_credentials:
  - key: key-of-consumer-${name}`)
    upstreams.push(`- name: upstream-${name}.example
  targets:
  - target: 127.0.0.1:${10_000 + n}
  - target: 127.0.0.2:${10_000 + n}
    weight: 50`)
  }
  const section = (name, items) => `${name}:\n${items.join('\n')}\n`
  return `_format_version: "3.0"\n${section('services', services)}${section('consumers', consumers)}${section('upstreams', upstreams)}`
}
