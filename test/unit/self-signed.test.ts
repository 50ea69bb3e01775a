/** The gateway's own certificate, read by a library that did not make it, and by Node. */
import 'reflect-metadata'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { X509Certificate as LibraryCertificate, SubjectAlternativeNameExtension } from '@peculiar/x509'
import { describe, expect, it } from 'vitest'
import { selfSigned } from '../../src/gateway/tls/self-signed.ts'

const at = Date.UTC(2026, 11, 1)

describe('the self-signed certificate', () => {
  it('is for the name, from the day before, for ten years', () => {
    const { cert } = selfSigned('localhost', at)
    const read = new LibraryCertificate(cert)
    expect(read.subject).toBe('CN=localhost')
    expect(read.issuer).toBe('CN=localhost')
    expect(read.notBefore.toISOString()).toBe('2026-11-30T00:00:00.000Z')
    expect(read.notAfter.toISOString()).toBe('2036-11-28T00:00:00.000Z')
    const names = read.getExtension(SubjectAlternativeNameExtension)?.names.items
    expect(names?.map(({ type, value }) => [type, value])).toEqual([['dns', 'localhost']])
  })

  it('has a valid end after 2049, when X.509 writes years with four digits', () => {
    const { cert } = selfSigned('localhost', Date.UTC(2045, 0, 1))
    expect(new LibraryCertificate(cert).notAfter.getUTCFullYear()).toBe(2054)
  })

  it('is signed with its own key, which is the one beside it', async () => {
    const { cert, key } = selfSigned('localhost', at)
    expect(await new LibraryCertificate(cert).isSelfSigned()).toBe(true)
    expect(new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))).toBe(true)
  })

  it('has a positive serial number of its own', () => {
    const serials = Array.from(
      { length: 50 },
      () => new X509Certificate(selfSigned('a', at).cert).serialNumber,
    )
    expect(new Set(serials).size).toBe(50)
    expect(serials.filter(serial => !/^[4-7][0-9A-F]{31}$/.test(serial))).toEqual([])
  })
})
