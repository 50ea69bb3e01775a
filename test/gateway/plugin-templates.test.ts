/**
 * Templates of request-transformer: what their expressions come to, and which state of the request they see.
 */
import { describe, expect, it } from 'vitest'
import { arrived, plugin, refusalOf, startPlugged } from '../support/plugged-proxy.ts'
import { kong28, kong39, type Wanted } from '../support/proxy-sets.ts'

const request = (config: object, rest: Wanted = {}): Wanted => ({
  ...rest,
  plugin: [plugin('request-transformer', config)],
})

describe('expressions', () => {
  it.each([
    ['$(headers.x_own)', 'own'],
    ['$(headers["x-own"])', 'own'],
    ['$(headers["x-none"] or "else")', 'else'],
    ["a-$(query_params.q)-$(query_params['q'])", 'a-1-1'],
    ['$(query_params.none or headers["x-none"] or "last")', 'last'],
    ['$(headers.x_own == "own" and "yes" or "no")', 'yes'],
    ['$(not headers.x_own and "none" or ("some" .. 1))', 'some1'],
    ['$(headers.x_own ~= "own" and "other" or nil)', ''],
    ['$(headers.x_own == "other")', ''],
    ['$(query_params.q + 2 * 3 - 10 % 4)', '5'],
    ['$(10 / query_params.q >= 10 and -1 or 1)', '-1'],
    ['$(query_params.n[2] .. query_params["n"][1])', '21'],
    ["$('$(headers.x_own)')", '$(headers.x_own)'],
    ['$(type(headers.x_own))-$(type(query_params.none))-$(type(query_params.n))', 'string-nil-table'],
    ['a$(unknown)b', 'ab'],
    ['$100', '$100'],
  ])('%s', async (template, value) => {
    const { echo } = await startPlugged(kong39, request({ add: { headers: [`x-made:${template}`] } }))
    const seen = await echo('/?q=1&n=1&n=2', { headers: { 'x-own': 'own' } })
    expect(arrived(seen, 'x-made')).toEqual([value])
  })

  it('says in the log what it does not understand, and fails then', async () => {
    const { ask, proxy } = await startPlugged(
      kong39,
      request({ add: { headers: ['x-made:$(string.upper(headers.a))'] } }),
    )
    expect(await refusalOf(await ask('/'))).toEqual([500, 'An unexpected error occurred'])
    expect(proxy.logged).toEqual([
      expect.stringContaining('$(string.upper(headers.a)) is more Lua than is known'),
    ])
  })
})

describe('what goes wrong while they run', () => {
  it.each([
    '$("a" .. headers.x_none)',
    '$(query_params.none + 1)',
    '$(10 * uri_captures.none)',
    '$(headers.x_none.field)',
    '$(nobody.knows)',
    '$(headers.x_own < 1)',
  ])('%s is an error', async template => {
    const { ask, proxy } = await startPlugged(kong28, request({ add: { headers: [`x-made:${template}`] } }))
    expect(await refusalOf(await ask('/', { headers: { 'x-own': 'own' } }))).toEqual([
      500,
      'An unexpected error occurred',
    ])
    expect(proxy.logged.join()).toContain('attempt to')
  })
})

describe('what they see', () => {
  it('is the request as it came, where the first of them asked before it was changed', async () => {
    const { echo } = await startPlugged(
      kong39,
      request({
        remove: { headers: ['x-gone'], querystring: ['old'] },
        replace: { headers: ['x-there:new'] },
        add: {
          headers: ["x-copy:$(headers['x-gone'])"],
          querystring: ['gone:$(headers.x_gone)', 'there:$(headers.x_there)', 'was:$(query_params.old)'],
        },
      }),
    )
    const seen = await echo('/?old=1', { headers: { 'x-gone': 'gone', 'x-there': 'before' } })
    expect(arrived(seen, 'x-gone')).toEqual([])
    expect(arrived(seen, 'x-copy')).toEqual(['gone'])
    expect(arrived(seen, 'x-there')).toEqual(['new'])
    expect(seen.path).toBe('/?gone=gone&there=before&was=1')
  })

  it('is the changed request where no expression has read it before', async () => {
    const { echo } = await startPlugged(
      kong39,
      request({ rename: { headers: ['x-old:x-new'] }, add: { querystring: ['q:$(headers.x_new)'] } }),
    )
    expect((await echo('/', { headers: { 'x-old': '1' } })).path).toBe('/?q=1')
  })

  it('is all that a regex path matched, and its groups', async () => {
    const { echo } = await startPlugged(
      kong39,
      request(
        { replace: { uri: '/of$(uri_captures[0])/$(uri_captures.n * 2)' } },
        { route: [{ id: 'r', paths: ['~/a/(?<n>\\d+)'], service: { id: 's' } }] },
      ),
    )
    expect((await echo('/a/21/more')).path).toBe('/of/a/21/42')
  })
})
