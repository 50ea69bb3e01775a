/** request-transformer and response-transformer: each step on each part, as Kong does it in both versions. */
import { describe, expect, it } from 'vitest'
import { arrived, plugin, refusalOf, startPlugged } from '../support/plugged-proxy.ts'
import { bothKongs, kong28, kong39, type Wanted } from '../support/proxy-sets.ts'

const request = (config: object, rest: Wanted = {}): Wanted => ({
  ...rest,
  plugin: [plugin('request-transformer', config), ...(rest['plugin'] ?? [])],
})

describe('request-transformer: headers', () => {
  it.each(bothKongs)('%s takes the steps in order', async (name, version) => {
    const { echo } = await startPlugged(
      version,
      request({
        remove: { headers: ['X-Gone'] },
        rename: { headers: ['X-Old:X-New', 'X-None:X-Never'] },
        replace: { headers: ['x-there:new', 'x-not-there:new'] },
        add: { headers: ['X-Added:1', 'x-there:added'] },
        append: { headers: ['X-More:2', 'X-Fresh:1'] },
      }),
    )
    const headers = { 'x-gone': '1', 'x-old': 'old', 'x-there': '1', 'x-more': '1' }
    const seen = await echo('/', { headers })
    expect(arrived(seen, 'x-gone')).toEqual([])
    expect(arrived(seen, 'x-new')).toEqual(['old'])
    expect(arrived(seen, 'x-never')).toEqual([])
    expect(arrived(seen, 'x-there')).toEqual(['new'])
    expect(arrived(seen, 'x-not-there')).toEqual([])
    expect(arrived(seen, 'x-added')).toEqual(['1'])
    expect(arrived(seen, 'x-more')).toEqual(['1', '2'])
    expect(arrived(seen, 'x-fresh')).toEqual(['1'])
    const renamed = seen.headers.map(([one]) => one).find(one => /^x-new$/i.test(one))
    expect(renamed).toBe(name === '2.8' ? 'X-New' : 'x-new')
  })

  it('leaves alone what nothing is said of after the colon, and sends an empty text', async () => {
    const { echo } = await startPlugged(
      kong28,
      request({
        replace: { headers: ['x-kept:', 'x-emptied:$(nil)'] },
        add: { headers: ['x-none:', 'x-empty:$(nil)'] },
      }),
    )
    const seen = await echo('/', { headers: { 'x-kept': '1', 'x-emptied': '1' } })
    expect(arrived(seen, 'x-kept')).toEqual(['1'])
    expect(arrived(seen, 'x-emptied')).toEqual([''])
    expect(arrived(seen, 'x-none')).toEqual([])
    expect(arrived(seen, 'x-empty')).toEqual([''])
  })

  it.each(bothKongs)('%s: what Kong says of the client itself cannot be changed', async (name, version) => {
    const own = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port', 'x-real-ip']
    const sent = { 'x-forwarded-for': '10.0.0.1', via: '1.1 front' }
    const plain = await (await startPlugged(version, {})).echo('/', { headers: sent })
    const config = {
      remove: { headers: ['x-forwarded-proto'] },
      replace: { headers: ['x-forwarded-for:1.1.1.1', 'via:x'] },
      add: { headers: ['x-real-ip:1.1.1.1', 'x-forwarded-port:1', 'x-forwarded-prefix:/p'] },
      append: { headers: ['x-forwarded-host:other'] },
    }
    const changed = await (await startPlugged(version, request(config))).echo('/', { headers: sent })
    const withoutPorts = (values: string[]) => values.map(value => value.replace(/^\d+$/, 'a port'))
    for (const header of own)
      expect(withoutPorts(arrived(changed, header)), header).toEqual(withoutPorts(arrived(plain, header)))
    expect(arrived(changed, 'x-forwarded-for')).toEqual(['10.0.0.1, 127.0.0.1'])
    expect(arrived(changed, 'x-forwarded-prefix')).toEqual([])
    // 2.8 says nothing of itself there.
    expect(arrived(changed, 'via')).toEqual(name === '2.8' ? ['x'] : ['1.1 front, 1.1 kong/3.9.1'])
  })

  it('cannot take X-Forwarded-For away', async () => {
    const config = { remove: { headers: ['x-forwarded-for', 'via'] } }
    const { echo } = await startPlugged(kong39, request(config))
    const seen = await echo('/', { headers: { 'x-forwarded-for': '10.0.0.1' } })
    expect(arrived(seen, 'x-forwarded-for')).toEqual(['10.0.0.1, 127.0.0.1'])
  })

  it('finds hyphens by underscores', async () => {
    const config = { add: { headers: ['x_there:2'] }, rename: { headers: ['x_old:x-new'] } }
    const seen = await (await startPlugged(kong39, request(config))).echo('/', {
      headers: { 'x-there': '1', 'x-old': 'old' },
    })
    expect(arrived(seen, 'x_there')).toEqual([])
    expect(arrived(seen, 'x-new')).toEqual(['old'])
  })

  it('3.9 may change the case of a name alone', async () => {
    const { echo } = await startPlugged(kong39, request({ rename: { headers: ['x-case:X-CASE'] } }))
    const seen = await echo('/', { headers: { 'x-case': '1' } })
    expect(seen.headers.filter(([name]) => /^x-case$/i.test(name))).toEqual([['X-CASE', '1']])
  })

  it('replaces the host, and nothing else may be done to it', async () => {
    const { echo } = await startPlugged(
      kong39,
      request({
        remove: { headers: ['host'] },
        replace: { headers: ['Host:other.example'] },
        add: { headers: ['host:no'] },
      }),
    )
    expect(arrived(await echo('/'), 'host')).toEqual(['other.example'])
  })

  it('keeps colons in values', async () => {
    const { echo } = await startPlugged(kong39, request({ add: { headers: ['x-url:http://a:1/b'] } }))
    expect(arrived(await echo('/'), 'x-url')).toEqual(['http://a:1/b'])
  })
})

describe('request-transformer: query, method and path', () => {
  it.each(bothKongs)('%s renames what is there; 2.8 what is not, too', async (name, version) => {
    const config = { rename: { querystring: ['none:there', 'same:same', 'a:b'] } }
    const seen = await (await startPlugged(version, request(config))).echo('/?there=1&same=1&a=1&b=2')
    expect(seen.path).toBe(name === '2.8' ? '/?b=1' : '/?b=1&same=1&there=1')
  })

  it('changes arguments, which come in their order then', async () => {
    const { echo } = await startPlugged(
      kong39,
      request({
        remove: { querystring: ['gone'] },
        rename: { querystring: ['old:new'] },
        replace: { querystring: ['there:new', 'none:new'] },
        add: { querystring: ['added:a b', 'there:no'] },
        append: { querystring: ['more:2', 'fresh:1'] },
      }),
    )
    const seen = await echo('/?there=1&gone=1&old=o%2Fo&more=1&flag&z=%C3%A4')
    expect(seen.path).toBe('/?added=a%20b&flag&fresh=1&more=1&more=2&new=o%2Fo&there=new&z=%C3%A4')
    expect((await echo('/')).path).toBe('/?added=a%20b&fresh=1&more=2&there=no')
  })

  it('leaves a query alone that nothing is said of', async () => {
    const { echo } = await startPlugged(kong39, request({ add: { headers: ['a:b'] } }))
    expect((await echo('/?b=1&a=%zz')).path).toBe('/?b=1&a=%zz')
  })

  it('asks with another method, and puts a form into the query of those without a body', async () => {
    const { echo } = await startPlugged(kong39, request({ http_method: 'GET' }))
    const seen = await echo('/?a=1', { method: 'POST', body: new URLSearchParams({ a: '2', b: '3' }) })
    expect([seen.method, seen.path]).toEqual(['GET', '/?a=1&a=2&b=3'])
  })

  it('asks for another path', async () => {
    const { echo } = await startPlugged(
      kong39,
      request(
        { replace: { uri: '/v2/$(uri_captures.user)/$(uri_captures[2])/ é' } },
        {
          route: [{ id: 'r', paths: ['~/users/(?<user>\\w+)/(\\d+)'], service: { id: 's' } }],
        },
      ),
    )
    expect((await echo('/users/joe/42?q=1')).path).toBe('/v2/joe/42/%20%C3%A9?q=1')
  })

  it('is an error where the path is none', async () => {
    const { ask, proxy } = await startPlugged(kong39, request({ replace: { uri: 'no-slash' } }))
    expect(await refusalOf(await ask('/'))).toEqual([500, 'An unexpected error occurred'])
    expect(proxy.logged.join()).toContain('must start with /')
  })
})

describe('request-transformer: bodies', () => {
  const steps = {
    remove: { body: ['gone'] },
    rename: { body: ['old:new'] },
    replace: { body: ['there:new', 'none:new'] },
    add: { body: ['added:1', 'there:no'] },
    append: { body: ['more:2'] },
  }

  it('JSON', async () => {
    const { echo } = await startPlugged(kong39, request(steps))
    const body = JSON.stringify({ gone: 1, old: { a: 1 }, there: 'x', more: 'm', kept: null })
    const seen = await echo('/', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect(JSON.parse(seen.body)).toEqual({
      new: { a: 1 },
      there: 'new',
      more: ['m', '2'],
      kept: null,
      added: '1',
    })
    expect(arrived(seen, 'content-length')).toEqual([String(seen.body.length)])
  })

  it('invalid JSON is forwarded unchanged', async () => {
    const { echo } = await startPlugged(kong39, request(steps))
    const headers = { 'content-type': 'application/json' }
    for (const body of ['{no', '[1]'])
      expect((await echo('/', { method: 'POST', headers, body })).body).toBe(body)
  })

  it('are of the type that the headers say in the end', async () => {
    const config = { replace: { headers: ['content-type:application/json'] }, add: { body: ['a:1'] } }
    const { echo } = await startPlugged(kong39, request(config))
    const headers = { 'content-type': 'text/plain' }
    expect((await echo('/', { method: 'POST', headers, body: '{"b":2}' })).body).toBe('{"b":2,"a":"1"}')
  })

  it('JSON is made where there was none', async () => {
    const { echo } = await startPlugged(kong39, request({ add: { body: ['a:1'] } }))
    const seen = await echo('/', { method: 'POST', headers: { 'content-type': 'application/json' } })
    expect(seen.body).toBe('{"a":"1"}')
  })

  it('forms', async () => {
    const { echo } = await startPlugged(kong39, request(steps))
    const seen = await echo('/', {
      method: 'POST',
      body: new URLSearchParams('gone=1&old=o&there=x&more=m&kept=k k'),
    })
    expect(seen.body).toBe('added=1&kept=k%20k&more=m&more=2&new=o&there=new')
  })

  it('multipart', async () => {
    const { echo } = await startPlugged(kong39, request(steps))
    const body = new FormData()
    for (const name of ['gone', 'old', 'there', 'kept']) body.append(name, `${name} value`)
    body.append('file', new Blob(['\0bytes']), 'f.bin')
    const seen = await echo('/', { method: 'POST', body })
    const type = arrived(seen, 'content-type')[0] ?? ''
    const form = await new Response(Buffer.from(seen.body, 'latin1'), {
      headers: { 'content-type': type },
    }).formData()
    const texts = [...form].filter(([, value]) => typeof value === 'string')
    expect(Object.fromEntries(texts)).toEqual({
      new: 'old value',
      there: 'new',
      kept: 'kept value',
      added: '1',
    })
    expect(await (form.get('file') as File).text()).toBe('\0bytes')
  })

  it('other types go on as they are', async () => {
    const { echo } = await startPlugged(kong39, request(steps))
    const seen = await echo('/', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'gone=1',
    })
    expect(seen.body).toBe('gone=1')
  })
})

const response = (config: object, rest: Wanted = {}): Wanted => ({
  ...rest,
  plugin: [plugin('response-transformer', config), ...(rest['plugin'] ?? [])],
})

describe('response-transformer', () => {
  it.each(bothKongs)('%s takes the steps in order, on headers', async (_name, version) => {
    const { ask } = await startPlugged(
      version,
      response({
        remove: { headers: ['x-gone'] },
        rename: { headers: ['x-old:x-new'] },
        replace: { headers: ['x-there:new', 'x-none:new'] },
        add: { headers: ['x-added:1', 'x-there:no', 'x-gone:no'] },
        append: { headers: ['x-more:2'] },
      }),
    )
    const { headers } = await ask('/?hdr=x-gone:1&hdr=x-old:o&hdr=x-there:1&hdr=x-more:1')
    const values = ['gone', 'old', 'new', 'there', 'none', 'added', 'more'].map(name =>
      headers.get(`x-${name}`),
    )
    expect(values).toEqual([null, null, 'o', 'new', null, '1', '1, 2'])
  })

  it('3.9 takes them on JSON, with types', async () => {
    const { ask } = await startPlugged(
      kong39,
      response({
        remove: { json: ['headers', 'body', 'version', 'path'] },
        rename: { json: ['backend:who'] },
        replace: { json: ['method:PUT', 'none:1'] },
        add: {
          json: ['n:1.5', 'b:true', 's:a"b/c', 'not:number'],
          json_types: ['number', 'boolean', 'string', 'number'],
        },
        append: { json: ['list:1', 'method:two'], json_types: ['number', 'string'] },
      }),
    )
    const answer = await ask('/')
    expect(answer.headers.get('content-length')).toBeNull()
    expect(await answer.json()).toEqual({
      who: 'b',
      method: ['PUT', 'two'],
      n: 1.5,
      b: true,
      s: 'a"b/c',
      list: [1],
    })
  })

  it('leaves what is no JSON alone, and what only says it is', async () => {
    const { ask } = await startPlugged(kong39, response({ add: { json: ['a:1'] } }))
    expect(await (await ask('/?type=text/plain&size=3')).text()).toBe('xxx')
    expect(await (await ask('/?type=application/json&size=3')).text()).toBe('xxx')
  })

  it('3.9 knows JSON by its suffix', async () => {
    const { ask } = await startPlugged(kong39, response({ add: { json: ['a:1'] } }))
    const answer = await ask('/?type=application/problem%2Bjson;charset=utf-8')
    expect(await answer.json()).toMatchObject({ a: '1' })
  })

  it('changes responses of the gateway and of other plugins too', async () => {
    const { ask } = await startPlugged(
      kong39,
      response({ add: { headers: ['x-added:1'], json: ['more:1'] } }, { plugin: [plugin('key-auth', {})] }),
    )
    const answer = await ask('/')
    expect([answer.status, answer.headers.get('x-added')]).toEqual([401, '1'])
    expect(await answer.json()).toMatchObject({ message: 'No API key found in request', more: '1' })
  })
})

describe('response-transformer: names and texts', () => {
  it('writes hyphens for underscores, and loses what is renamed to itself', async () => {
    const { ask } = await startPlugged(kong39, {
      plugin: [
        plugin('response-transformer', {
          remove: { headers: ['x_gone'] },
          rename: { headers: ['x-self:X-Self'] },
          add: { headers: ['x_made:1'] },
        }),
      ],
    })
    const { headers } = await ask('/?hdr=X-Gone:1&hdr=X-Self:1')
    expect(['x-gone', 'x-self', 'x-made'].map(name => headers.get(name))).toEqual([null, null, '1'])
    expect(headers.has('x_made')).toBe(false)
  })

  it('encodes JSON again as Lua does', async () => {
    const { ask } = await startPlugged(kong39, {
      plugin: [
        plugin('request-termination', {
          body: '{"url":"http://a/b", "n":[1.0, 0.1, 1e20, 12345678901234567, 0.00001], "e":[], "o":{}, "z":null}',
          content_type: 'application/json',
          status_code: 200,
        }),
        plugin('response-transformer', { add: { json: ['made:a/b'] } }),
      ],
    })
    expect(await (await ask('/')).text()).toBe(
      '{"url":"http://a/b","n":[1,0.1,1e+20,1.2345678901235e+16,1e-05],"e":[],"o":{},"z":null,"made":"a/b"}',
    )
  })
})
