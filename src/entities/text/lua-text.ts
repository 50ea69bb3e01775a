/**
 * Values as Lua's pretty printer writes them (source: Penlight's `pretty.write`, which Kong puts into its
 * messages): on one line for keys, over several for what is wrong inside a record. Which message says what is
 * `messages.ts`'s and the store's.
 */

/** @example luaText({ name: 'a', retries: 5 }) // '{name="a",retries=5}' */
export function luaText(value: unknown): string {
  if (!isTable(value)) return plain(value)
  return `{${entries(value, '=', luaText).join(',')}}`
}

/** The same over several lines, indented by two spaces per level. */
export function luaTable(value: unknown, indent = ''): string {
  if (!isTable(value)) return plain(value)
  const inner = `${indent}  `
  const lines = entries(value, ' = ', item => luaTable(item, inner)).map(entry => inner + entry)
  return `{\n${lines.join(',\n')}\n${indent}}`
}

/** A number as Lua prints it: at most fourteen digits. */
function luaNumber(value: number): string {
  return numberText(value, 14)
}

/** A number as C's `%.14g` (or `%.16g`) prints it. */
export function numberText(value: number, digits: 14 | 16): string {
  const rounded = Number(value.toPrecision(14))
  const [mantissa = '', exponent = '0'] = rounded.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < digits) return plainDigits(rounded)
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** JavaScript writes small numbers with an exponent sooner than C does not. */
const plainDigits = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

const isTable = (value: unknown): value is object => typeof value === 'object' && value !== null

function plain(value: unknown): string {
  if (typeof value === 'number') return luaNumber(value)
  if (value === null) return '"userdata: NULL"'
  return typeof value === 'string' ? quoted(value) : String(value)
}

function entries(table: object, equals: string, write: (value: unknown) => string): string[] {
  const list = Array.isArray(table) ? table : numbered(table)
  const gap = list.findIndex(item => item === null || item === undefined)
  // Behind a gap Lua gives each value's number.
  const items = list.flatMap((item, index) => {
    if (item === null || item === undefined) return []
    return [(gap === -1 || index < gap ? '' : `[${index + 1}]${equals}`) + write(item)]
  })
  if (Array.isArray(table)) return items
  const named = Object.entries(table).slice(list.length)
  const texts = named
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => `${nameText(name)}${equals}${write(item)}`)
  return [...items, ...texts]
}

/** The values named 1, 2 … n: JavaScript has them first. */
function numbered(record: object): unknown[] {
  const all = Object.entries(record)
  const end = all.findIndex(([name], index) => name !== String(index + 1))
  return all.slice(0, end === -1 ? all.length : end).map(([, value]) => value)
}

const keywords = new Set(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
)

function nameText(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name) && !keywords.has(name)) return name
  const text = quoted(name)
  return text.startsWith('[') ? `[ ${text} ]` : `[${text}]`
}

/**
 * In quotation marks, or in long brackets if it has a line break; their level avoids brackets in the text.
 */
function quoted(text: string): string {
  const own = [...`${text}]`.matchAll(/(?=([[\]])(=*)\1)/g)].map(([, , equals = '']) => equals.length)
  if ((text.includes('\n') || own.length > 0) && !text.includes('\r')) {
    const equals = '='.repeat(own.length === 0 ? 0 : Math.max(...own) + 1)
    return `[${equals}[${text.startsWith('\n') ? '\n' : ''}${text}]${equals}]`
  }
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\\n')
  return `"${escaped.replaceAll('\r', '\\r').replaceAll('\0', '\\0')}"`
}
