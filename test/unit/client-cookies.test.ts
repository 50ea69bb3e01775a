/** Which cookies of a Netscape cookie file go to an Admin API. */
import { describe, expect, it } from 'vitest'
import { cookiesFor } from '../../src/admin-client/cookies.ts'

const line = (domain: string, subdomains: string, path: string, secure = 'FALSE', expires = 0) =>
  [domain, subdomains, path, secure, expires, 'name', 'value'].join('\t')

const isSent = (cookie: string, address: string, now = 0) =>
  cookiesFor(cookie, new URL(address), now) === 'name=value'

describe('the path of a cookie', () => {
  it.each([
    ['/', '/', true],
    ['/', '/a', true],
    ['/a', '/a', true],
    ['/a', '/a/', true],
    ['/a', '/a/b', true],
    ['/a/', '/a', true],
    ['/a/', '/a/b', true],
    ['/a', '/ab', false],
    ['/a/', '/ab', false],
    ['/a', '/', false],
    ['/a/b', '/a', false],
    ['/A', '/a', false],
  ])('%s and %s: %s', (path, asked, sent) => {
    expect(isSent(line('kong.example', 'FALSE', path), `http://kong.example${asked}`)).toBe(sent)
  })
})

describe('the other fields', () => {
  it('the domain is the host, or above it where the cookie says so', () => {
    expect(isSent(line('kong.example', 'FALSE', '/'), 'http://admin.kong.example')).toBe(false)
    expect(isSent(line('kong.example', 'TRUE', '/'), 'http://admin.kong.example')).toBe(true)
    expect(isSent(line('.kong.example', 'FALSE', '/'), 'http://admin.kong.example')).toBe(true)
    expect(isSent(line('kong.example', 'TRUE', '/'), 'http://otherkong.example')).toBe(false)
  })

  it('a secure cookie goes over TLS alone, and one that has expired not at all', () => {
    expect(isSent(line('a', 'FALSE', '/', 'TRUE'), 'http://a')).toBe(false)
    expect(isSent(line('a', 'FALSE', '/', 'TRUE'), 'https://a')).toBe(true)
    expect(isSent(line('a', 'FALSE', '/', 'FALSE', 10), 'http://a', 10_000)).toBe(false)
    expect(isSent(line('a', 'FALSE', '/', 'FALSE', 10), 'http://a', 9999)).toBe(true)
  })

  it('comments are no cookies, but for what curl marks as HttpOnly', () => {
    expect(isSent(`# ${line('a', 'FALSE', '/')}`, 'http://a')).toBe(false)
    expect(isSent(`#HttpOnly_${line('a', 'FALSE', '/')}`, 'http://a')).toBe(true)
  })
})
