/** prometheus: what `/metrics` of the Admin API says after traffic, in the names and labels of each version. */
import { expect, it } from 'vitest'
import type { DataPlane } from '../../src/gateway/data-plane.ts'
import { plugin, startPlugged } from '../support/plugged-proxy.ts'
import { kong28, kong39 } from '../support/proxy-sets.ts'

const metrics = (plane: DataPlane): string => {
  const endpoint = plane.pluginEndpoints?.find(({ path }) => path === '/metrics')
  return endpoint?.handlers.GET?.({}).text ?? ''
}

const withoutNumbers = (text: string) => text.replace(/ \d+$/gm, ' N')

const consumers = {
  consumer: [{ id: 'c', username: 'c' }],
  'key-auth': [{ key: 'good', consumer: { id: 'c' } }],
}

it('3.9 reports the node alone until the plugin is configured', async () => {
  const { proxy, ask } = await startPlugged(kong39, {})
  await (await ask('/')).text()
  const text = metrics(proxy.plane)
  expect(text).toContain('# TYPE kong_nginx_requests_total gauge\nkong_nginx_requests_total{node_id="')
  expect(text).toContain('kong_node_info{node_id="')
  expect(text).toMatch(
    /kong_nginx_connections_total\{node_id="[^"]+",subsystem="http",state="accepted"\} 1\n/,
  )
  expect(text).not.toContain('kong_http_requests_total')
})

it('3.9 counts what is switched on, by service, route and consumer', async () => {
  const { proxy, ask } = await startPlugged(kong39, {
    ...consumers,
    plugin: [
      plugin('prometheus', {
        per_consumer: true,
        status_code_metrics: true,
        latency_metrics: true,
        bandwidth_metrics: true,
      }),
      plugin('key-auth', {}),
    ],
  })
  await (await ask('/', { headers: { apikey: 'good' } })).text()
  await (await ask('/')).text()
  const text = metrics(proxy.plane)
  expect(text).toContain(
    'kong_http_requests_total{service="127.0.0.1",route="r",code="200",source="service",workspace="default",consumer="c"} 1\n',
  )
  expect(text).toContain(
    'kong_http_requests_total{service="127.0.0.1",route="r",code="401",source="kong",workspace="default",consumer=""} 1\n',
  )
  expect(withoutNumbers(text)).toContain(
    'kong_bandwidth_bytes{service="127.0.0.1",route="r",direction="egress",workspace="default",consumer="c"} N\n',
  )
  expect(text).toContain(
    'kong_request_latency_ms_bucket{service="127.0.0.1",route="r",workspace="default",le="+Inf"} 2\n',
  )
  expect(text).toContain(
    'kong_upstream_latency_ms_count{service="127.0.0.1",route="r",workspace="default"} 1\n',
  )
  const limits = [...text.matchAll(/^kong_kong_latency_ms_bucket.*le="([^"]+)"/gm)].map(([, limit]) => limit)
  expect(limits).toEqual('1 2 5 7 10 15 20 30 50 75 100 200 500 750 1000 3000 6000 +Inf'.split(' '))
})

it('3.9 leaves out what is switched off', async () => {
  const { proxy, ask } = await startPlugged(kong39, { plugin: [plugin('prometheus', {})] })
  await (await ask('/')).text()
  expect(metrics(proxy.plane)).not.toMatch(/kong_(http_requests_total|bandwidth_bytes|kong_latency_ms)/)
  expect(metrics(proxy.plane)).toContain('kong_nginx_metric_errors_total 0\n')
})

it('2.8 counts everything, in its own names', async () => {
  const { proxy, ask } = await startPlugged(kong28, {
    ...consumers,
    plugin: [plugin('prometheus', { per_consumer: true }), plugin('key-auth', {})],
  })
  await (await ask('/', { headers: { apikey: 'good' } })).text()
  const text = metrics(proxy.plane)
  expect(text).toContain('kong_http_status{service="127.0.0.1",route="r",code="200"} 1\n')
  expect(text).toContain(
    'kong_http_consumer_status{service="127.0.0.1",route="r",code="200",consumer="c"} 1\n',
  )
  expect(withoutNumbers(text)).toContain('kong_bandwidth{service="127.0.0.1",route="r",type="ingress"} N\n')
  expect(text).toContain('kong_latency_count{service="127.0.0.1",route="r",type="upstream"} 1\n')
  expect(text).toContain('kong_nginx_http_current_connections{state="accepted"} 1\n')
})

it.each([
  ['2.8 always', kong28, {}],
  ['3.9 where it is asked for', kong39, { upstream_health_metrics: true }],
])('%s tells of the health of targets', async (_name, version, config) => {
  const { proxy } = await startPlugged(version, {
    upstream: [{ id: 'u', name: 'up' }],
    target: [{ id: 't', target: '127.0.0.1:9', upstream: { id: 'u' } }],
    plugin: [plugin('prometheus', config)],
  })
  const lines = metrics(proxy.plane).split('\n')
  expect(lines.filter(line => line.startsWith('kong_upstream_target_health'))).toEqual(
    [
      ['dns_error', 0],
      ['healthchecks_off', 1],
      ['healthy', 0],
      ['unhealthy', 0],
    ].map(
      ([state, value]) =>
        `kong_upstream_target_health{upstream="up",target="127.0.0.1:9",address="127.0.0.1:9",state="${state}",subsystem="http"} ${value}`,
    ),
  )
})
