import { expect, it } from 'vitest'
import type { Entity } from '../../src/entities/language/define.ts'
import { logNotRun } from '../../src/gateway/proxy/not-run.ts'
import { kong28, kong39 } from '../support/proxy-sets.ts'
import { startProxy } from '../support/running-proxy.ts'

const set = (...entities: Entity[]) => new Map(entities.map(entity => [entity.id, entity]))

it('names what is configured and not done, once', () => {
  const lines: string[] = []
  const tell = logNotRun(['key-auth'], line => lines.push(line))
  const sets = new Map([
    ['plugins', set({ id: '1', name: 'key-auth' }, { id: '2', name: 'cors' }, { id: '3', name: 'cors' })],
  ])
  tell(sets)
  tell(sets)
  expect(lines).toEqual([
    'plugin cors is configured, but this proxy does not run it: requests pass as if it were not there',
  ])
})

it('names services whose protocol it does not carry', () => {
  const lines: string[] = []
  const tell = logNotRun([], line => lines.push(line))
  tell(
    new Map([
      ['services', set({ id: '1', name: 'a', protocol: 'grpc' }, { id: '2', name: null, protocol: 'tcp' })],
    ]),
  )
  expect(lines).toEqual([
    'service a is of grpc, which this proxy does not carry: who asks for it gets a 501',
    'service 2 is of tcp, which this proxy does not carry: who asks for it gets a 501',
  ])
})

it.each([kong28, kong39])(
  'answers to routes of gRPC as far as Kong would without it ($text)',
  async version => {
    const proxy = await startProxy(version, {
      service: [
        { id: 'g', protocol: 'grpc', host: '127.0.0.1', port: 1 },
        { id: 'h', protocol: 'http', host: '127.0.0.1', port: 1 },
      ],
      route: [
        { paths: ['/grpc'], protocols: ['grpc'], service: { id: 'g' }, strip_path: false },
        { paths: ['/http'], protocols: ['http'], service: { id: 'g' } },
      ],
    })
    const ask = async (path: string, type: string) => {
      const response = await fetch(proxy.url + path, { headers: { 'Content-Type': type } })
      return [response.status, JSON.parse(await response.text()).message]
    }
    expect(await ask('/grpc', 'text/plain')).toEqual([415, 'Non-gRPC request matched gRPC route'])
    expect(await ask('/grpc', 'application/grpc')).toEqual([426, 'Please use HTTP2 protocol'])
    expect(await ask('/http', 'text/plain')).toEqual([501, 'this gateway does not carry grpc'])
    await proxy.close()
  },
)
