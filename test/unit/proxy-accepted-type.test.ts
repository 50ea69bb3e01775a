/** In which type errors are given, by what the client accepts: as each version of Kong reads it. */
import { describe, expect, it } from 'vitest'
import { acceptedType } from '../../src/gateway/exchange/accepted-type.ts'
import { kong28, kong39 } from '../support/proxy-sets.ts'

type Row = [accept: string | undefined, ofNginx2: string, ofPlugins2: string, of3: string]

describe('what is accepted', () => {
  it.each<Row>([
    ['text/html', 'html', 'html', 'html'],
    ['text/html;q=0.5', 'html', 'html', 'html'],
    ['text/*', 'plain', 'plain', 'plain'],
    ['*/*', 'json', 'json', 'json'],
    ['image/png', 'json', 'json', 'json'],
    ['', 'json', 'json', 'json'],
    ['bogus', 'json', 'json', 'json'],
    ['application/grpc', 'grpc', 'grpc', 'grpc'],
    // 2.8 reads the whole header as one type where nginx asks it.
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'json', 'html', 'html'],
    ['application/json;q=0.1, text/html', 'json', 'html', 'html'],
    // The first of the best is taken, also where it is not known.
    ['image/png, text/html;q=0.9', 'json', 'json', 'json'],
    ['text/plain;q=0.7,application/json;q=0.8,application/xml;q=0.9', 'plain', 'xml', 'xml'],
    // 2.8 takes qualities with a point alone.
    ['text/html;q=0, text/plain', 'html', 'html', 'plain'],
    ['text/html;level=1;q=0.2, text/plain;q=0.3', 'html', 'plain', 'plain'],
    ['TEXT/HTML', 'json', 'json', 'json'],
  ])('%s: %s of nginx and %s of plugins in 2.8, %s in 3.9', (accept, ofNginx2, ofPlugins2, of3) => {
    const wishes = { accept, contentType: undefined }
    expect(acceptedType(wishes, 'nginx', kong28)).toBe(ofNginx2)
    expect(acceptedType(wishes, 'plugin', kong28)).toBe(ofPlugins2)
    expect(acceptedType(wishes, 'kong', kong28)).toBe('json')
    for (const from of ['nginx', 'plugin', 'kong'] as const)
      expect(acceptedType(wishes, from, kong39)).toBe(of3)
  })
})

it.each([kong28, kong39])(
  'who accepts nothing gets nginx’s errors in the type of its request ($text)',
  version => {
    const none = { accept: undefined, contentType: undefined }
    expect(acceptedType(none, 'nginx', version)).toBe('plain')
    expect(acceptedType(none, 'plugin', version)).toBe('json')
    const json = { accept: undefined, contentType: 'application/json; charset=utf-8' }
    expect(acceptedType(json, 'nginx', version)).toBe('json')
    expect(acceptedType({ ...json, accept: 'text/html' }, 'nginx', version)).toBe('html')
    expect(acceptedType({ ...json, contentType: 'text/html' }, 'plugin', version)).toBe('json')
  },
)
