import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { deck, guide, newFile, newFolder, serve, startDeck, summary } from '../support/binary.ts'
import { until } from '../support/until.ts'

const ask = async (address: string) => (await fetch(address)).json() as Promise<Record<string, unknown>>

/** Whether nothing listens there any more. */
const isClosed = (url: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.once('error', () => resolve(true))
    socket.once('connect', () => {
      socket.destroy()
      resolve(false)
    })
  })

async function backend(name: string) {
  const server = createServer((_, response) => response.end(name))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    stop: () => server.close(),
  }
}

describe('deck serve', () => {
  test('says where it listens once it does, and ends cleanly', async () => {
    const gateway = await serve()
    expect(gateway.pid).toBe(gateway.child.pid)
    expect(await ask(gateway.admin)).toMatchObject({ version: '3.9.1' })
    expect((await fetch(gateway.manager)).headers.get('content-type')).toContain('text/html')
    expect((await fetch(`${gateway.proxy}/nothing`)).status).toBe(404)
    const { code, stdout } = await gateway.stop()
    expect(code).toBe(0)
    expect(stdout).toBe(
      `Admin API  ${gateway.admin}\nproxy      ${gateway.proxy}\nproxy TLS  ${gateway.proxyTls}\nManager    ${gateway.manager}\n`,
    )
  })

  test('plays 2.8 as well', async () => {
    const gateway = await serve(['--kong-version', '2.8'])
    expect(await ask(gateway.admin)).toMatchObject({ version: '2.8.5' })
    await gateway.stop('SIGINT')
  })

  test('lets requests end before it goes', async () => {
    let answer: (() => void) | undefined
    const slow = createServer((_, response) => {
      answer = () => response.end('whole')
    })
    await new Promise<void>(resolve => slow.listen(0, '127.0.0.1', resolve))
    const { port } = slow.address() as AddressInfo
    const file = newFile(
      'kong.yaml',
      `_format_version: "3.0"\nservices: [{name: s, host: 127.0.0.1, port: ${port}, routes: [{name: r, paths: [/]}]}]\n`,
    )
    const gateway = await serve([file])
    const asked = fetch(gateway.proxy)
    await until(() => answer !== undefined, 'the request reaches the backend')
    const stopped = gateway.stop()
    await until(() => isClosed(gateway.proxy), 'the proxy refuses new connections')
    answer?.()
    expect(await (await asked).text()).toBe('whole')
    expect((await stopped).code).toBe(0)
    await expect(fetch(gateway.proxy)).rejects.toThrow()
    slow.close()
  })

  test('starts from files, and sends traffic where --resolve says', async () => {
    const [one, two] = [await backend('one'), await backend('two')]
    const gateway = await serve([
      guide,
      ...['--resolve', `httpbin.konghq.com:80=127.0.0.1:${one.port}`],
      ...['--resolve', `httpbun.com:80=127.0.0.1:${two.port}`],
    ])
    const answers = [await fetch(`${gateway.proxy}/mock`), await fetch(`${gateway.proxy}/mock`)]
    const texts = await Promise.all(answers.map(answer => answer.text()))
    expect(texts.toSorted()).toEqual(['one', 'two'])
    expect((await deck(['diff', guide, '--kong-addr', gateway.admin])).stdout).toBe(summary(0, 0, 0))
    await gateway.stop()
    one.stop()
    two.stop()
  })

  test('without a database begins with a declarative file', async () => {
    const file = newFile('declarative.yml', '_format_version: "1.1"\nservices: [{name: a, host: h}]\n')
    const gateway = await serve(['--declarative-config', file])
    expect((await ask(`${gateway.admin}/services/a`))['host']).toBe('h')
    await gateway.stop()
    const synced = await serve(['--db-less', guide])
    expect((await ask(`${synced.admin}/services`))['data']).toHaveLength(1)
    await synced.stop()
    const broken = newFile('declarative.yml', '_format_version: "3.0"\nservices: [{name: a}]\n')
    await expect(serve(['--declarative-config', broken])).rejects.toThrow(
      /declarative\.yml:2:12: error: host: required field missing.*1 problem in the declarative file/s,
    )
  })

  test("reads routes as the router's flavour says", async () => {
    const gateway = await serve(['--router-flavor', 'expressions'])
    expect((await ask(gateway.admin))['configuration']).toMatchObject({ router_flavor: 'expressions' })
    await gateway.stop()
    const old = ['--router-flavor', 'expressions', '--kong-version', '2.8']
    await expect(serve(old)).rejects.toThrow(/has only the traditional router/)
  })

  test('with a broken file does not start', async () => {
    const file = newFile('kong.yaml', '_format_version: "3.0"\nservices:\n- name: a\n  hots: b\n')
    await expect(serve([file])).rejects.toThrow(/kong\.yaml:4:3: error: /)
  })

  test('keeps what it has answered in --data, also when it is killed', async () => {
    const data = join(newFolder(), 'gateway')
    const first = await serve(['--data', data, guide])
    const made = await fetch(`${first.admin}/services`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'answered', host: 'h' }),
    })
    expect(made.status).toBe(201)
    await first.stop('SIGKILL')

    const second = await serve(['--data', data])
    expect(await ask(`${second.admin}/services/answered`)).toEqual(await made.json())
    expect(await ask(`${second.admin}/upstreams/example_upstream`)).toMatchObject({
      name: 'example_upstream',
    })
    await second.stop()
  })

  test.each([
    [['--admin-listen', 'here'], /--admin-listen: "here" is not of the form host:port/],
    [['--resolve', 'x'], /--resolve: "x" is not of the form host:port=address:port/],
    [['--dns-resolver', 'dns.test:53'], /--dns-resolver: "dns.test:53" is not of the form address:port/],
    [['--kong-version', '1.0'], /--kong-version/],
  ])('%j is refused', async (argv, message) => {
    const { code, stderr } = await deck(['serve', ...argv])
    expect(code).toBe(1)
    expect(stderr).toMatch(message)
  })

  test('a port that is taken is named, with how to choose another', async () => {
    const taken = await backend('taken')
    const { code, stderr } = await startDeck(['serve', '--admin-listen', `127.0.0.1:${taken.port}`]).result
    expect(code).toBe(1)
    expect(stderr).toContain(`Error: 127.0.0.1:${taken.port} is in use\n`)
    expect(stderr).toContain('--admin-listen')
    taken.stop()
  })
})
