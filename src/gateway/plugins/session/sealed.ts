/**
 * The content of a session's cookie: encrypted with the plugin's secret, so that clients can neither read
 * nor change it.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

export interface SessionData {
  /** Another one with each cookie that is made. */
  readonly id: string
  /** The audience of a session; sessions of another audience are invalid. */
  readonly audience: string | undefined
  /** The name of the authenticated user. */
  readonly subject: string
  readonly consumerId: string
  readonly credentialId: string
  readonly groups: readonly string[] | undefined
  /** Seconds since 1970: when the session began, when its cookie was made, when it was last used. */
  readonly begun: number
  readonly issued: number
  readonly used: number
}

export interface Seal<Data> {
  close(data: Data): string
  /** Undefined if the text is not a session of this gateway, or was changed. */
  open(text: string): Data | undefined
}

const ivLength = 12
const tagLength = 16

export function createSeal<Data>(secret: string): Seal<Data> {
  const key = createHash('sha256').update(secret).digest()
  return {
    close: data => {
      const iv = randomBytes(ivLength)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const body = Buffer.concat([cipher.update(JSON.stringify(data)), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')
    },
    open: text => {
      const bytes = Buffer.from(text, 'base64url')
      if (bytes.length <= ivLength + tagLength) return undefined
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivLength))
        decipher.setAuthTag(bytes.subarray(ivLength, ivLength + tagLength))
        const body = Buffer.concat([decipher.update(bytes.subarray(ivLength + tagLength)), decipher.final()])
        return JSON.parse(body.toString('utf8')) as Data // nobody else can have made it
      } catch {
        return undefined
      }
    },
  }
}
