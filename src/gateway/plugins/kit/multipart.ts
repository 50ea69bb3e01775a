/**
 * Multipart bodies, as far as plugins look into them or change them: named parts with text in them. Others go
 * on as they came.
 */

interface Part {
  readonly name: string | undefined
  /** Lines as they came. */
  readonly headers: readonly string[]
  /** A character for each byte. */
  readonly value: string
}

export interface Multipart {
  get(name: string): string | undefined
  set(name: string, value: string): void
  delete(name: string): void
  format(): Buffer
}

/** Undefined where the type names no boundary. */
export function parseMultipart(body: Buffer, contentType: string): Multipart | undefined {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined) return undefined
  let parts = partsIn(body.toString('latin1'), boundary)
  return {
    get: name => parts.find(part => part.name === name)?.value,
    set: (name, value) => {
      const made = { name, headers: [`Content-Disposition: form-data; name="${name}"`], value }
      const known = parts.some(part => part.name === name)
      parts = known ? parts.map(part => (part.name === name ? made : part)) : [...parts, made]
    },
    delete: name => {
      parts = parts.filter(part => part.name !== name)
    },
    format: () => {
      const lines = parts.flatMap(({ headers, value }) => [`--${boundary}`, ...headers, '', value])
      return Buffer.from([...lines, `--${boundary}--`, ''].join('\r\n'), 'latin1')
    },
  }
}

function partsIn(text: string, boundary: string): Part[] {
  const between = `\r\n${text}`.split(`\r\n--${boundary}`).slice(1)
  return between.flatMap(section => {
    if (section.startsWith('--')) return []
    const [head = '', ...rest] = section.replace(/^[ \t]*\r\n/, '').split('\r\n\r\n')
    const headers = head.split('\r\n').filter(line => line !== '')
    const name = headers
      .map(line => /^content-disposition:.*?[;\s]name="([^"]*)"/i.exec(line)?.[1])
      .find(one => one !== undefined)
    return [{ name, headers, value: rest.join('\r\n\r\n') }]
  })
}
