/** Values that Kong transforms before it stores them, and that both forms are recognised. */
import { describe, expect, it } from 'vitest'
import { basicauthCredential } from '../../src/entities/kinds/basicauth-credential.ts'
import { oauth2Credential } from '../../src/entities/kinds/oauth2-credential.ts'
import { asStored, transformed } from '../../src/entities/language/transformations.ts'

const consumer = { id: 'f72756bd-bfb5-4147-b02f-14e2caf234e9' }

describe('passwords of basic-auth', () => {
  const given = { username: 'u', password: 'p', consumer }
  const stored = transformed(basicauthCredential, given, given)

  it('are stored as Kong hashes them', () => {
    expect(stored['password']).toBe('3e8db46de077215371038a83a6ad863e5b9d2f0a')
  })

  it('are the same when given again, in plain or as dumped', () => {
    expect(asStored(basicauthCredential, given, stored)).toEqual(stored)
    expect(asStored(basicauthCredential, stored, stored)).toEqual(stored)
    const other = { ...given, password: 'q' }
    expect(asStored(basicauthCredential, other, stored)).toEqual(other)
  })

  it('are left alone by a write that does not give them', () => {
    expect(transformed(basicauthCredential, stored, { tags: ['t'] })).toEqual(stored)
  })
})

describe('secrets of oauth2', () => {
  const given = { name: 'a', client_secret: 's', hash_secret: true }

  it('are hashed with a salt where that is asked for', () => {
    const stored = transformed(oauth2Credential, given, given)
    expect(stored['client_secret']).toMatch(/^\$pbkdf2-sha512\$i=10000,l=32\$/)
    expect(asStored(oauth2Credential, given, stored)).toEqual(stored)
    const other = { ...given, client_secret: 't' }
    expect(asStored(oauth2Credential, other, stored)).toEqual(other)
  })

  it('stay as they are otherwise', () => {
    const plain = { ...given, hash_secret: false }
    expect(transformed(oauth2Credential, plain, plain)).toEqual(plain)
  })

  it('are recognised in what Kong stored', () => {
    const client_secret =
      '$pbkdf2-sha512$i=10000,l=32$A9hEm5axC8FAT/6ZClqmBg$f3lqB/uuuKqu3+Iu97qKX7Jn5t+SNLqmeSPZQPmXtS4'
    expect(asStored(oauth2Credential, given, { ...given, client_secret })).toEqual({
      ...given,
      client_secret,
    })
  })
})
