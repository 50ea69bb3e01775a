/**
 * Names against a real name server on loopback: order of records, time to live, what happens when servers
 * fail.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NameError } from '../../src/gateway/dns/look-up.ts'
import { createResolver, type Resolver } from '../../src/gateway/dns/resolver.ts'
import { parseHosts, parseResolvConf, parseServer, type System } from '../../src/gateway/dns/system.ts'
import { type DnsServer, startDnsServer, type Zone } from '../support/dns-server.ts'

let server: DnsServer
/** Milliseconds that the resolvers take to have passed, beside those that have. */
let ahead = 0

const zone: Zone = {
  'a.test': [{ type: 'A', ttl: 60, data: '10.0.0.1' }],
  'two.test': [
    { type: 'A', ttl: 60, data: '10.0.0.2' },
    { type: 'A', ttl: 60, data: '10.0.0.1' },
  ],
  'six.test': [{ type: 'AAAA', ttl: 60, data: '2001:db8::1' }],
  'alias.test': [{ type: 'CNAME', ttl: 60, data: 'two.test' }],
  'far.test': [{ type: 'CNAME', ttl: 60, data: 'nowhere.test' }],
  'circle.test': [{ type: 'CNAME', ttl: 60, data: 'other.test' }],
  'other.test': [{ type: 'CNAME', ttl: 60, data: 'circle.test' }],
  'srv.test': [
    { type: 'SRV', ttl: 60, data: { target: 'a.test', port: 8001, weight: 3, priority: 1 } },
    { type: 'SRV', ttl: 60, data: { target: '10.0.0.9', port: 0, weight: 0, priority: 1 } },
    { type: 'SRV', ttl: 60, data: { target: '10.0.0.8', port: 8003, weight: 9, priority: 2 } },
  ],
  'empty.test': [],
  'short.corp.test': [{ type: 'A', ttl: 60, data: '10.0.0.7' }],
  'brief.test': [{ type: 'A', ttl: 1, data: '10.0.0.1' }],
}

const system = (given: Partial<System> = {}): System => ({
  hosts: parseHosts('10.1.1.1 here.test alias # a comment\n::2 here.test\n'),
  servers: [],
  search: [],
  ndots: 1,
  attempts: 1,
  timeout: 150,
  ...given,
})

const resolver = (given: { staleTtl?: number; system?: Partial<System> } = {}): Resolver =>
  createResolver({
    servers: [server],
    staleTtl: given.staleTtl ?? 60,
    system: system(given.system),
    now: () => performance.now() + ahead,
  })

beforeEach(async () => {
  server = await startDnsServer({ zone })
})
afterEach(() => server.close())

const hostsOf = async (name: string, from = resolver()) =>
  (await from.resolve(name)).records.map(({ host }) => host)

describe('records', () => {
  it('SRV is asked for before A, AAAA and CNAME, and what was found last before all', async () => {
    const one = resolver()
    expect(await hostsOf('A.test', one)).toEqual(['10.0.0.1'])
    expect(server.takeLog()).toEqual(['SRV a.test', 'A a.test'])
    await one.refresh('a.test')
    expect(server.takeLog()).toEqual(['A a.test'])
  })

  it.each([
    ['two.test', 'A', ['10.0.0.1', '10.0.0.2']],
    ['six.test', 'AAAA', ['2001:db8::1']],
    ['alias.test', 'A', ['10.0.0.1', '10.0.0.2']],
    ['srv.test', 'SRV', ['10.0.0.9', 'a.test']],
    ['here.test', 'A', ['10.1.1.1']],
    ['alias', 'A', ['10.1.1.1']],
    ['localhost', 'A', ['127.0.0.1']],
  ])('%s is found by %s', async (name, type, hosts) => {
    const found = await resolver().resolve(name)
    expect([found.type, found.records.map(({ host }) => host)]).toEqual([type, hosts])
  })

  it('several addresses take turns, SRV records by weight and with their ports', async () => {
    const one = resolver()
    const turns = async (name: string, count: number) => {
      const found: string[] = []
      for (let turn = 0; turn < count; turn++) {
        const { host, port } = await one.address(name, 80)
        found.push(`${host}:${port}`)
      }
      return found.sort()
    }
    expect(await turns('two.test', 4)).toEqual(['10.0.0.1:80', '10.0.0.1:80', '10.0.0.2:80', '10.0.0.2:80'])
    expect(await turns('srv.test', 4)).toEqual([
      '10.0.0.1:8001',
      '10.0.0.1:8001',
      '10.0.0.1:8001',
      '10.0.0.9:80',
    ])
  })

  it('names with few dots are looked for in the search domains first', async () => {
    const one = resolver({ system: { search: ['corp.test'] } })
    expect(await hostsOf('short', one)).toEqual(['10.0.0.7'])
    expect(server.takeLog()).toEqual(['SRV short.corp.test', 'SRV short', 'A short.corp.test'])
    expect(await hostsOf('a.test', one)).toEqual(['10.0.0.1'])
  })

  it('an answer that does not fit comes over TCP', async () => {
    server.mode = 'long'
    expect(await hostsOf('two.test')).toEqual(['10.0.0.1', '10.0.0.2'])
  })
})

describe('what is not found', () => {
  it.each([
    ['nobody.test', 'dns server error: 3 name error', true],
    ['empty.test', 'dns client error: 101 empty record received', true],
    ['far.test', 'dns server error: 3 name error', true],
    ['circle.test', 'dns client error: 101 empty record received', true],
    [`${'x'.repeat(70)}.test`, `${'x'.repeat(70)}.test is no DNS name`, false],
  ])('%s: %s', async (name, message, isUnknown) => {
    const error = await resolver()
      .address(name, 80)
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(NameError)
    expect(error).toMatchObject({ message, isUnknown })
  })

  it('failing, silent and unreachable servers have different errors', async () => {
    const reason = async () => (await resolver().resolve('a.test')).error
    server.mode = 'fails'
    expect(await reason()).toBe('dns server error: 2 server failure')
    server.mode = 'silent'
    expect(await reason()).toBe(`failed to receive reply from UDP server 127.0.0.1:${server.port}: timeout`)
    const gone = await startDnsServer({ mode: 'refuses' })
    const lonely = createResolver({ servers: [gone], staleTtl: 1, system: system() })
    expect((await lonely.resolve('a.test')).error).toBe(
      `failed to receive reply from UDP server 127.0.0.1:${gone.port}: connection refused`,
    )
    const second = createResolver({ servers: [gone, server], staleTtl: 1, system: system() })
    server.mode = 'answers'
    expect(await hostsOf('a.test', second)).toEqual(['10.0.0.1'])
  })
})

describe('time to live', () => {
  it('many that ask at once, and again in time, cost one question', async () => {
    const one = resolver()
    await Promise.all([hostsOf('a.test', one), hostsOf('a.test', one), hostsOf('a.test', one)])
    await hostsOf('a.test', one)
    expect(server.takeLog()).toEqual(['SRV a.test', 'A a.test'])
  })

  it('what is over is given once more while it is asked for again', async () => {
    const one = resolver()
    await hostsOf('brief.test', one)
    server.zone = { 'brief.test': [{ type: 'A', ttl: 60, data: '10.0.0.5' }] }
    ahead += 1050
    expect(await hostsOf('brief.test', one)).toEqual(['10.0.0.1'])
    await expect.poll(() => hostsOf('brief.test', one)).toEqual(['10.0.0.5'])
  })

  it('a server that fails takes nothing away for as long as it may be stale', async () => {
    const [long, short] = [resolver(), resolver({ staleTtl: 0 })]
    await Promise.all([hostsOf('brief.test', long), hostsOf('brief.test', short)])
    server.mode = 'fails'
    ahead += 1050
    expect((await long.refresh('brief.test')).records).toHaveLength(1)
    expect((await short.refresh('brief.test')).error).toBe('dns server error: 2 server failure')
    server.mode = 'knows nothing'
    expect((await long.refresh('brief.test')).error).toBe('dns server error: 3 name error')
  })
})

describe('what the system says', () => {
  it('resolv.conf', () => {
    const text =
      'nameserver 10.0.0.1\nnameserver fe80::1%eth0\nnameserver ::1\nsearch a.test .\noptions ndots:3 timeout:1 rotate\n'
    expect(parseResolvConf(text)).toEqual({
      servers: [
        { host: '10.0.0.1', port: 53 },
        { host: '::1', port: 53 },
      ],
      search: ['a.test'],
      ndots: 3,
      attempts: 2,
      timeout: 1000,
    })
  })

  it.each([
    ['10.0.0.1:5353', { host: '10.0.0.1', port: 5353 }],
    ['[::1]:5353', { host: '::1', port: 5353 }],
    ['dns.test:53', undefined],
    ['10.0.0.1:99999', undefined],
    ['[10.0.0.1]:53', undefined],
  ])('a server written as %s', (text, expected) => {
    expect(parseServer(text)).toEqual(expected)
  })
})
