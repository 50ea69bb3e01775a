/** statsd, datadog and loggly: what a server that collects gets of a few requests. */
import { createSocket } from 'node:dgram'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { closing, plugin, startPlugged } from '../support/plugged-proxy.ts'
import { bothKongs, kong28, kong39, type Wanted } from '../support/proxy-sets.ts'
import { until } from '../support/until.ts'

/** Takes datagrams. */
const listening = () =>
  new Promise<{ readonly port: number; readonly packets: string[] }>(resolve => {
    const packets: string[] = []
    const socket = createSocket('udp4', message => packets.push(message.toString()))
    closing({ close: () => new Promise<void>(done => socket.close(done)) })
    socket.bind(0, '127.0.0.1', () => resolve({ port: socket.address().port, packets }))
  })

const people: Wanted = {
  consumer: [{ id: 'c-1', username: 'joe', custom_id: 'own' }],
  'key-auth': [{ id: 'k', key: 'k', consumer: { id: 'c-1' } }],
}

/** What a gateway sends for one request; figures are replaced by `N`. */
async function packetsOf(
  version: typeof kong39,
  name: string,
  config: object,
  { path = '/', count = 1, service = { name: 'a.b' } } = {},
): Promise<string[]> {
  const { port, packets } = await listening()
  const all = { host: '127.0.0.1', port, ...config }
  const { ask } = await startPlugged(
    version,
    { ...people, plugin: [plugin('key-auth', {}), plugin(name, all)] },
    service,
  )
  await (await ask(path, { headers: { apikey: 'k' } })).text()
  await until(() => packets.length >= count, 'they came')
  return packets
}

const withoutFigures = (packets: readonly string[]) =>
  packets
    .flatMap(packet => packet.split('\n'))
    .map(line => line.replace(/((?:size|latency)\S*?):\d+\|/, '$1:N|'))
    .sort()

const metric = (name: string, type: string, more: object = {}) => ({
  name,
  stat_type: type,
  ...(['counter', 'gauge'].includes(type) && { sample_rate: 1 }),
  ...more,
})

describe('datadog', () => {
  it.each(bothKongs)('%s sends figures with tags', async (_name, version) => {
    const sent = await packetsOf(
      version,
      'datadog',
      { service_name_tag: 'svc' },
      { count: 6, path: '/?status=201' },
    )
    const tags = '|#svc:a_b,status:201,consumer:own,app:kong'
    expect(withoutFigures(sent)).toEqual(
      [
        `kong.kong_latency:N|ms${tags}`,
        `kong.latency:N|ms${tags}`,
        `kong.request.count:1|c${tags}`,
        `kong.request.size:N|ms${tags}`,
        `kong.response.size:N|ms${tags}`,
        `kong.upstream_latency:N|ms${tags}`,
      ].sort(),
    )
  })

  it('tells consumers by their id, and samples', async () => {
    const metrics = [
      metric('request_count', 'counter', { sample_rate: 0.5, consumer_identifier: 'consumer_id', tags: [] }),
    ]
    expect(await packetsOf(kong39, 'datadog', { metrics, prefix: 'my' })).toEqual([
      'my.request.count:1|c|@0.5|#name:a_b,status:200,consumer:c_1',
    ])
  })
})

describe('statsd', () => {
  const metrics = [
    metric('request_count', 'counter'),
    metric('latency', 'timer'),
    metric('status_count', 'counter'),
    metric('unique_users', 'set', { consumer_identifier: 'consumer_id' }),
    metric('request_per_user', 'counter', { consumer_identifier: 'custom_id' }),
    metric('status_count_per_user', 'counter', { consumer_identifier: 'username' }),
  ]

  it('2.8 names everything by its service', async () => {
    const sent = await packetsOf(kong28, 'statsd', { metrics }, { count: 8 })
    expect(withoutFigures(sent)).toEqual([
      'kong.a_b.latency:N|ms',
      'kong.a_b.request.count:1|c',
      'kong.a_b.request.status.200:1|c',
      'kong.a_b.request.status.total:1|c',
      'kong.a_b.user.joe.request.status.200:1|c',
      'kong.a_b.user.joe.request.status.total:1|c',
      'kong.a_b.user.own.request.count:1|c',
      'kong.a_b.user.uniques:c_1|s',
    ])
  })

  it('3.9 uses the configured service identifier, and one packet if the lines fit', async () => {
    const config = {
      metrics: [
        ...metrics,
        metric('status_count_per_workspace', 'counter', { workspace_identifier: 'workspace_name' }),
        metric('status_count_per_user_per_route', 'counter', { consumer_identifier: 'username' }),
        metric('request_size', 'histogram', { service_identifier: 'service_id' }),
      ],
      udp_packet_size: 2000,
    }
    const sent = await packetsOf(kong39, 'statsd', config)
    expect(sent).toHaveLength(1)
    expect(withoutFigures(sent)).toEqual([
      'kong.route.r.user.joe.status.200:1|c',
      'kong.service.a_b.latency:N|ms',
      'kong.service.a_b.request.count:1|c',
      'kong.service.a_b.status.200:1|c',
      'kong.service.a_b.user.joe.status.200:1|c',
      'kong.service.a_b.user.own.request.count:1|c',
      'kong.service.a_b.user.uniques:c-1|s',
      'kong.service.a_b.workspace.default.status.200:1|c',
      'kong.service.s.request.size:N|h',
    ])
  })

  it.each([
    [
      'dogstatsd',
      /^kong\.request\.count:1\|c\|#service:a\.b,route:r,workspace:\w+,consumer:own,node:[^,.]+,status:200$/,
    ],
    [
      'influxdb',
      /^kong\.request\.count,service=a\.b,route=r,workspace=\w+,consumer=own,node=[^,.]+,status=200:1\|c$/,
    ],
    ['librato', /^kong\.request\.count#service=a\.b,route=r,.*:1\|c$/],
    ['signalfx', /^kong\.request\.count\[service=a\.b,route=r,.*\]:1\|c$/],
  ])('3.9 tells it in tags: %s', async (tag_style, line) => {
    const all = [metric('request_count', 'counter'), metric('status_count', 'counter')]
    const sent = await packetsOf(kong39, 'statsd', { metrics: all, tag_style })
    expect(sent).toEqual([expect.stringMatching(line)])
  })

  it('3.9 leaves out other statuses, and may go down a connection', async () => {
    let received = ''
    const server = createServer(socket => socket.on('data', chunk => (received += chunk.toString())))
    closing({ close: () => new Promise(done => server.close(done)) })
    await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
    const { port } = server.address() as AddressInfo
    const config = { host: '127.0.0.1', port, use_tcp: true, allow_status_codes: ['200-204'] }
    const { ask } = await startPlugged(kong39, {
      plugin: [plugin('statsd', { ...config, metrics: [metric('status_count', 'counter')] })],
    })
    for (const status of [500, 204, 205, 200]) await (await ask(`/?status=${status}`)).text()
    await until(() => received.split('\n').length > 2, 'both came')
    expect(received).toMatch(/^kong\.service\.\S+\.status\.204:1\|c\nkong\.service\.\S+\.status\.200:1\|c\n$/)
  })
})

describe('loggly', () => {
  it('sends what is severe enough, with its severity, key and tags', async () => {
    const { port, packets } = await listening()
    const { ask } = await startPlugged(kong39, {
      plugin: [
        plugin('loggly', {
          host: '127.0.0.1',
          port,
          key: 'secret-key',
          tags: ['a', 'b'],
          log_level: 'warning',
          client_errors_severity: 'warning',
          server_errors_severity: 'crit',
        }),
      ],
    })
    for (const status of [200, 404, 500]) await (await ask(`/?status=${status}`)).text()
    await until(() => packets.length === 2, 'they came')
    const [missed, broken] = packets
    expect(missed).toMatch(
      /^<12>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \S+ kong - - \[secret-key@41058 tag="a" tag="b"\] \{/,
    )
    expect(broken).toMatch(/^<10>1 /)
    const entry = JSON.parse(broken?.replace(/^[^{]*/, '') ?? '')
    expect(entry).toMatchObject({ response: { status: 500 }, request: { method: 'GET' } })
  })
})
