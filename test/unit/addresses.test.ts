import { describe, expect, it } from 'vitest'
import { normaliseTarget, parseAddress } from '../../src/entities/text/addresses.ts'

describe('addresses', () => {
  it.each([
    ['example.com', 'example.com:8000'],
    ['Example.COM:80', 'Example.COM:80'],
    ['127.0.0.1', '127.0.0.1:8000'],
    ['[::1]:80', '[0000:0000:0000:0000:0000:0000:0000:0001]:80'],
    ['::1', '[0000:0000:0000:0000:0000:0000:0000:0001]:8000'],
    ['001.2.3.004:1', '1.2.3.4:1'],
    ['7:8::', '[0007:0008:0000:0000:0000:0000:0000:0000]:8000'],
  ])('a target %s is stored as %s', (text, target) => {
    expect(normaliseTarget(text)).toEqual({ target })
  })

  it.each([
    '',
    'a b',
    'a:b',
    'a:99999',
    '1.2.3.4.5:x',
    '300.1.1.1',
    'a..b',
    'a-.b',
    '.a',
    '[::1',
    '::ffff:1.2.3.4',
    '1::2::3',
    '80',
  ])('%j is no target', text => {
    expect(normaliseTarget(text)).toEqual({ problem: 'Invalid target; not a valid hostname or ip address' })
  })

  it('tells names from IP addresses', () => {
    expect(parseAddress('a.example')).toEqual({ type: 'name', host: 'a.example', port: undefined })
    expect(parseAddress('10.0.0.1:1')).toEqual({ type: 'ipv4', host: '10.0.0.1', port: 1 })
  })
})
