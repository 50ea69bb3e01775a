/** Targets and services that are named: addresses found by a real name server, followed when they change. */
import { afterEach, describe, expect, it } from 'vitest'
import { type DnsServer, startDnsServer, type ZoneRecord } from '../support/dns-server.ts'
import { type EchoBackend, startEchoBackend } from '../support/echo-backend.ts'
import { kong28, kong39, type Wanted } from '../support/proxy-sets.ts'
import { type RunningProxy, serviceAt, startProxy } from '../support/running-proxy.ts'
import { until } from '../support/until.ts'

const open: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function names(zone: Readonly<Record<string, readonly ZoneRecord[]>> = {}): Promise<DnsServer> {
  const server = await startDnsServer({ zone })
  open.push(server)
  return server
}

async function backend(name: string): Promise<EchoBackend> {
  const made = await startEchoBackend({ name })
  open.push(made)
  return made
}

async function start(wanted: Wanted, server: DnsServer, version = kong39): Promise<RunningProxy> {
  const proxy = await startProxy(version, wanted, { nameServers: [server] })
  open.push(proxy)
  return proxy
}

/** One target behind `/`. */
const behind = (target: string, upstream: Readonly<Record<string, unknown>> = {}, weight = 100): Wanted => ({
  upstream: [{ id: 'u', name: 'u', ...upstream }],
  target: [{ id: 't', target, weight, upstream: { id: 'u' } }],
  service: [{ id: 's', host: 'u' }],
  route: [{ id: 'r', paths: ['/'], service: { id: 's' } }],
})

async function ask(proxy: RunningProxy, times: number): Promise<string[]> {
  const found: string[] = []
  for (let turn = 0; turn < times; turn++) {
    const response = await fetch(proxy.url)
    found.push(response.headers.get('x-backend') ?? `${response.status} ${await response.text()}`)
  }
  return found
}

const service = (port: number, weight: number): ZoneRecord => ({
  type: 'SRV',
  ttl: 1,
  data: { target: '127.0.0.1', port, weight, priority: 1 },
})
const local: ZoneRecord = { type: 'A', ttl: 1, data: '127.0.0.1' }

describe('a target that is a name', () => {
  it('stands for the services of its SRV records, with their ports and weights, and follows them', async () => {
    const [a, b] = [await backend('a'), await backend('b')]
    const server = await names({ 'srv.test': [service(a.port, 1), service(b.port, 2)] })
    const proxy = await start(behind('srv.test:80'), server)
    expect((await ask(proxy, 6)).sort()).toEqual(['a', 'a', 'b', 'b', 'b', 'b'])
    const health = proxy.plane.healthOf('u')?.targets.get('t')
    expect(health).toMatchObject({ dns: 'SRV', nodeWeight: 100, weight: { total: 3 } })
    expect(health?.addresses.map(({ port, weight }) => [port, weight]).sort()).toEqual(
      [
        [a.port, 1],
        [b.port, 2],
      ].sort(),
    )
    server.zone = { 'srv.test': [service(b.port, 2)] }
    await until(() => proxy.plane.healthOf('u')?.weight.total === 2, 'the record that is gone was missed')
    expect(await ask(proxy, 3)).toEqual(['b', 'b', 'b'])
  })

  it('is waited for when a request comes first, and keeps its name for the Host header', async () => {
    const a = await backend('a')
    const proxy = await start(behind(`a.test:${a.port}`), await names({ 'a.test': [local] }))
    const response = await fetch(proxy.url)
    const { headers } = (await response.json()) as { headers: [string, string][] }
    expect(headers.find(([name]) => name.toLowerCase() === 'host')?.[1]).toBe(`a.test:${a.port}`)
  })

  it('counts each of its addresses with the whole weight', async () => {
    const two: ZoneRecord[] = [local, { type: 'A', ttl: 1, data: '127.0.0.2' }]
    const proxy = await start(behind('two.test:80', {}, 30), await names({ 'two.test': two }))
    await until(() => proxy.plane.healthOf('u')?.weight.total === 60, 'both addresses were found')
    expect(
      proxy.plane
        .healthOf('u')
        ?.targets.get('t')
        ?.addresses.map(({ ip }) => ip),
    ).toEqual(['127.0.0.1', '127.0.0.2'])
    proxy.configure(behind('two.test:80', {}, 50))
    expect(proxy.plane.healthOf('u')?.weight.total).toBe(100)
  })

  it('that does not exist gets no request, and its target is shown as DNS_ERROR', async () => {
    const proxy = await start(behind('nobody.test:80'), await names())
    expect((await ask(proxy, 1))[0]).toMatch(/^503 .*failure to get a peer from the ring-balancer/s)
    expect(proxy.plane.healthOf('u')?.targets.get('t')).toMatchObject({
      health: 'DNS_ERROR',
      dns: 'dns server error: 3 name error',
      addresses: [],
      weight: { total: 0 },
    })
  })

  it('goes on with what was known while name servers fail', async () => {
    const a = await backend('a')
    const server = await names({ 'a.test': [local] })
    const proxy = await start(behind(`a.test:${a.port}`), server)
    expect(await ask(proxy, 1)).toEqual(['a'])
    server.takeLog()
    server.mode = 'fails'
    await until(() => server.takeLog().length > 0, 'it was asked for again')
    expect(await ask(proxy, 2)).toEqual(['a', 'a'])
  })

  it('replaces another peer without a request that finds no peer', async () => {
    const [a, b] = [await backend('a'), await backend('b')]
    const server = await names({ 'a.test': [local], 'b.test': [local] })
    const proxy = await start(behind(`a.test:${a.port}`), server)
    expect(await ask(proxy, 1)).toEqual(['a'])
    proxy.configure(behind(`b.test:${b.port}`))
    expect(await ask(proxy, 2)).toEqual(['b', 'b'])
  })
})

describe('a service that is a name', () => {
  it('is found, also in /etc/hosts', async () => {
    const a = await backend('a')
    const proxy = await start(serviceAt(a.port, { host: 'a.test' }), await names({ 'a.test': [local] }))
    expect(await ask(proxy, 2)).toEqual(['a', 'a'])
    proxy.configure(serviceAt(a.port, { host: 'localhost' }))
    expect(await ask(proxy, 1)).toEqual(['a'])
  })

  it.each([
    [kong28, 'knows nothing', /^503 .*"name resolution failed"/s],
    [kong39, 'knows nothing', /^503 .*"name resolution failed"/s],
    [kong28, 'fails', /^500 .*"An unexpected error occurred"/s],
    [kong39, 'fails', /^500 .*resolve for 'a.test' with: dns server error: 2 server failure"/s],
  ] as const)('$0.text: one that is not found (the name server $1)', async (version, mode, expected) => {
    const server = await names({ 'a.test': [local] })
    server.mode = mode
    const proxy = await start(serviceAt(1, { host: 'a.test' }), server, version)
    const [answer = ''] = await ask(proxy, 1)
    expect(answer).toMatch(expected)
  })
})
