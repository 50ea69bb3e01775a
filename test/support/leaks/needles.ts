/**
 * The search for many values at once in the bytes of an output, in clear and in the forms in which programs
 * write texts. Each byte of the output is looked at once, however many values there are.
 */

export interface Hit {
  readonly value: string
  /** `in clear`, `in base64`. */
  readonly form: string
}

interface Needle extends Hit {
  readonly bytes: Buffer
  /** A word counts only where it is not part of another one. */
  readonly isWord: boolean
}

export interface Needles {
  /** @returns whether it is a new one */
  add(value: string): boolean
  in(output: Buffer): Hit[]
}

/** A shorter value would be found by accident. */
export const shortest = 8

export function createNeedles(): Needles {
  const known = new Set<string>()
  const bySlot = new Map<number, Needle[]>()
  const isUsed = new Uint8Array(slots)

  function addForm(value: string, form: string, text: string): void {
    const bytes = Buffer.from(text)
    if (bytes.length < shortest) return
    const slot = slotAt(bytes, 0)
    const list = bySlot.get(slot) ?? []
    bySlot.set(slot, list)
    list.push({ value, form, bytes, isWord: form !== 'in base64' && /^[a-z_-]+$/i.test(text) })
    isUsed[slot] = 1
  }

  return {
    add: value => {
      if (known.has(value)) return false
      known.add(value)
      const added = new Set<string>()
      for (const [form, texts] of Object.entries(formsOf(value)))
        for (const text of texts) {
          if (!added.has(text)) addForm(value, form, text)
          added.add(text)
        }
      return true
    },
    in: output => {
      const hits = new Map<string, Hit>()
      const end = output.length - shortest
      for (let at = 0; at <= end; at++) {
        const slot = slotAt(output, at)
        if (isUsed[slot] === 0) continue
        for (const needle of bySlot.get(slot) ?? [])
          if (!hits.has(needle.value) && isAt(output, at, needle)) hits.set(needle.value, needle)
      }
      return [...hits.values()]
    },
  }
}

const slots = 1 << 16

/** Of four bytes. */
const slotAt = (bytes: Uint8Array, at: number): number =>
  Math.imul(
    (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24),
    0x9e3779b1,
  ) >>> 16

function isAt(output: Buffer, at: number, { bytes, isWord }: Needle): boolean {
  const end = at + bytes.length
  if (end > output.length || output.compare(bytes, 0, bytes.length, at, end) !== 0) return false
  return !isWord || !(isWordByte(output[at - 1]) || isWordByte(output[end]))
}

const isWordByte = (byte: number | undefined): boolean =>
  byte !== undefined && /[\w-]/.test(String.fromCharCode(byte))

/** The texts by which a value is recognised: each line of a text of several lines, with any indentation. */
function formsOf(value: string): Readonly<Record<string, readonly string[]>> {
  const lines = value.includes('\n') ? value.split('\n').map(line => line.trim()) : [value]
  const telling = lines.filter(line => !/^-----/.test(line) && line.length >= (lines.length > 1 ? 16 : 1))
  return {
    'in clear': telling,
    'escaped as in JSON': telling.map(line => JSON.stringify(line).slice(1, -1)),
    'escaped as in YAML': telling.map(line => line.replaceAll("'", "''")),
    'escaped as in HTML': telling.flatMap(htmlForms),
    'URL-encoded': telling.flatMap(urlForms),
    'in base64': telling.flatMap(base64Forms),
  }
}

function htmlForms(text: string): string[] {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const quoted = escaped.replaceAll('"', '&quot;')
  return [escaped, quoted, quoted.replaceAll("'", '&#39;'), quoted.replaceAll("'", '&apos;')]
}

function urlForms(text: string): string[] {
  if (/[\ud800-\udfff]/.test(text)) return []
  const encoded = encodeURIComponent(text)
  return [encoded, encoded.replaceAll('%20', '+'), new URLSearchParams({ a: text }).toString().slice(2)]
}

/** Base64 of any text that the value is part of: the value may begin at each of three places of a group. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].flatMap(before => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)])
    const [from, to] = [Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6)]
    return [bytes.toString('base64').slice(from, to), bytes.toString('base64url').slice(from, to)]
  })
}
