/** What the texts of requests become: forms, query strings, and Kong's dialect of JSON. */
import { describe, expect, it } from 'vitest'
import { nestPairs, parsePairs } from '../../src/gateway/admin-api/form.ts'
import { parseJson } from '../../src/gateway/admin-api/json.ts'

const form = (text: string, namesInBrackets = true) => nestPairs(parsePairs(text), namesInBrackets)

describe('forms', () => {
  it.each([
    ['a=1&b=x+y%2Bz', { a: '1', b: 'x y+z' }],
    ['a.b.c=1&a.b.d=2', { a: { b: { c: '1', d: '2' } } }],
    ['a[]=1&a[]=2', { a: ['1', '2'] }],
    ['a=1&a=2', { a: ['1', '2'] }],
    ['a[2]=y&a[1]=x', { a: ['x', 'y'] }],
    ['a[3]=z', { a: { 3: 'z' } }],
    ['a[1].ip=x&a[1].port=2', { a: [{ ip: 'x', port: '2' }] }],
    ['a[b][c]=1', { a: { b: { c: '1' } } }],
    ['a%5B%5D=1', { a: ['1'] }],
    ['a&b=', { a: true, b: '' }],
    ['=x&&', {}],
    ['a=%zz', { a: '%zz' }],
    ['__proto__.x=1', Object.fromEntries([['__proto__', { x: '1' }]])],
  ])('%s', (text, value) => {
    expect(form(text)).toEqual(value)
  })

  it('names in brackets are names of their own before 3.0', () => {
    expect(form('a[b]=1&c[]=2', false)).toEqual({ 'a[b]': '1', c: ['2'] })
  })
})

describe('JSON', () => {
  it.each([
    ['{"a":0x1f}', { a: 31 }],
    ['{"a":"0x1f","b":-0}', { a: '0x1f', b: -0 }],
    ['{"a":1,"a":2}', { a: 2 }],
    ['{"a":NaN}', { a: Number.POSITIVE_INFINITY }],
    ['{"a":"\\ud83d\\ude00"}', { a: '😀' }],
  ])('%s is read', (text, value) => {
    expect(parseJson(text)).toEqual({ value })
  })

  it.each([
    '',
    '{',
    "{'a':1}",
    '{"a":1,}',
    '{"a":1} x',
    '{"a":"\\ud800"}',
    '{"a":1 /* c */}',
    '[['.repeat(600) + ']]'.repeat(600),
    '\ufeff{}',
  ])('%.30s is none', text => {
    expect(parseJson(text)).toBeUndefined()
  })
})
