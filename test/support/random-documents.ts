/** Random YAML in all sorts of layouts, and random changes of what it says. */
import fc from 'fast-check'

// biome-ignore lint/suspicious/noExplicitAny: content of any shape
type Anything = any

interface Layout {
  readonly step: number
  readonly listStep: number
  readonly eol: string
  readonly hasEnd: boolean
  readonly mark: string
  /** Decisions, taken one after the other. */
  readonly dice: readonly number[]
}

export interface RandomDocument {
  readonly text: string
}

type Shape = null | number | boolean | string | Shape[] | { readonly pairs: Shape[] }

const shapes = fc.letrec<{ value: Shape; list: Shape; map: Shape; leaf: Shape }>(tie => ({
  leaf: fc.oneof(
    {
      weight: 5,
      arbitrary: fc.constantFrom(
        '',
        ' two words',
        ': odd #1',
        ', [x]',
        "'s",
        '"q"',
        '\nlines\n',
        '\nkeep\n\n',
        ' é ü',
      ),
    },
    fc.constantFrom<Shape>(null, true, false, 12, 1.5),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  map: fc.array(tie('value'), { maxLength: 4 }).map(pairs => ({ pairs })),
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    { weight: 4, arbitrary: tie('leaf') },
    tie('list'),
    tie('map'),
  ),
}))

export function documents({ aliases = true } = {}): fc.Arbitrary<RandomDocument> {
  const layout = fc.record({
    step: fc.integer({ min: 1, max: 4 }),
    listStep: fc.integer({ min: 0, max: 3 }),
    eol: fc.constantFrom('\n', '\n', '\r\n'),
    hasEnd: fc.boolean(),
    mark: fc.constantFrom('', '', '\ufeff'),
    dice: fc.array(fc.nat(999), { minLength: 60, maxLength: 60 }),
  })
  return fc
    .tuple(fc.array(shapes.value, { minLength: 1, maxLength: 5 }), layout)
    .map(([pairs, options]) => ({ text: rendered({ pairs }, options, aliases) }))
}

function rendered(root: { readonly pairs: Shape[] }, layout: Layout, aliases: boolean): string {
  const writer = new Writer(layout, aliases)
  const lines = writer.mapping(root.pairs, 0)
  const text = lines.join('\n')
  const body = layout.hasEnd || writer.endsOpen ? `${text}\n` : text
  return layout.mark + body.replaceAll('\n', layout.eol)
}

class Writer {
  private readonly layout: Layout
  private readonly aliases: boolean
  private next = 0
  private count = 0
  /** Names of anchors that are complete: what is still open cannot be repeated. */
  private readonly anchors: string[] = []
  private readonly mappings: string[] = []
  endsOpen = false

  constructor(layout: Layout, aliases: boolean) {
    this.layout = layout
    this.aliases = aliases
  }

  private roll(sides: number): number {
    const { dice } = this.layout
    this.next += 1
    return ((dice[this.next % dice.length] ?? 0) + this.next) % sides
  }

  private comment(column: number): string[] {
    const roll = this.roll(9)
    if (roll === 0) return [`${' '.repeat(column)}# c${this.count++} it's "x": [`]
    return roll === 1 ? [''] : []
  }

  private trailing = (): string => (this.roll(6) === 0 ? ` # t${this.count++}` : '')

  mapping(values: readonly Shape[], column: number): string[] {
    const { step, listStep } = this.layout
    const pad = ' '.repeat(column)
    const lines: string[] = []
    if (this.aliases && this.mappings.length > 0 && this.roll(6) === 0)
      lines.push(`${pad}<<: *${this.mappings[this.roll(this.mappings.length)]}${this.trailing()}`)
    for (const value of values) {
      lines.push(...(lines.length > 0 ? this.comment(column) : []))
      const key = this.key()
      const [before, name] = this.anchor()
      if (this.isBlockMap(value)) {
        lines.push(`${pad}${key}:${before}${this.trailing()}`, ...this.mapping(value.pairs, column + step))
        if (name !== undefined) this.mappings.push(name)
      } else if (this.isBlockList(value))
        lines.push(`${pad}${key}:${before}${this.trailing()}`, ...this.list(value, column + listStep))
      else lines.push(...this.leaf(`${pad}${key}:`, before, value, column))
      if (name !== undefined) this.anchors.push(name)
    }
    return lines.length > 0 ? lines : [`${pad}k${this.count++}: 1`]
  }

  private list(items: readonly Shape[], column: number): string[] {
    const pad = ' '.repeat(column)
    return items.flatMap((item, index) => {
      const above = index > 0 ? this.comment(column) : []
      if (this.isBlockMap(item)) {
        const [first = '', ...others] = this.mapping(item.pairs, column + 2)
        return [...above, `${pad}- ${first.trimStart()}`, ...others]
      }
      if (this.isBlockList(item)) {
        const [first = '', ...others] = this.list(item, column + 2)
        return [...above, `${pad}- ${first.trimStart()}`, ...others]
      }
      return [...above, ...this.leaf(`${pad}-`, '', item, column)]
    })
  }

  private leaf(start: string, anchor: string, value: Shape, column: number): string[] {
    if (this.aliases && anchor === '' && this.anchors.length > 0 && this.roll(5) === 0)
      return [`${start} *${this.anchors[this.roll(this.anchors.length)]}${this.trailing()}`]
    if (typeof value === 'string' && value.includes('\n'))
      return this.block(`${start}${anchor}`, value, column)
    if (value === null && anchor === '' && this.roll(2) === 0) return [`${start}${this.trailing()}`]
    return [`${start}${anchor} ${this.flow(value, column)}${this.trailing()}`]
  }

  private block(start: string, value: string, column: number): string[] {
    const pad = ' '.repeat(column + 2)
    const keeps = value.endsWith('\n\n')
    this.endsOpen ||= keeps
    const lines = `v${this.count++}${value}`.trimEnd().split('\n')
    return [
      `${start} |${keeps ? '+' : this.roll(2) === 0 ? '-' : ''}`,
      ...lines.map(line => pad + line),
      ...(keeps ? [''] : []),
    ]
  }

  /** On one line, or a list on several. */
  private flow(value: Shape, column: number): string {
    if (Array.isArray(value)) {
      if (value.length > 0 && this.roll(3) === 0) {
        const pad = ' '.repeat(column + 3)
        const items = value.map(item => this.flow(item, column))
        const end = this.roll(2) === 0 ? ',' : ''
        return `[\n${items.map((item, index) => `${pad}${item}${index < items.length - 1 ? ',' : end}${this.trailing()}`).join('\n')}\n${' '.repeat(column + 1)}]`
      }
      const items = value.map(item => this.flow(item, column))
      return `[${items.join(this.roll(2) === 0 ? ', ' : ',  ')}${items.length > 0 && this.roll(4) === 0 ? ',' : ''}]`
    }
    if (typeof value === 'object' && value !== null) {
      const pairs = value.pairs.map(one => `${this.key()}: ${this.flow(one, column)}`)
      const blank = this.roll(2) === 0 ? ' ' : ''
      return pairs.length === 0 ? '{}' : `{${blank}${pairs.join(', ')}${blank}}`
    }
    return typeof value === 'string'
      ? this.text(`v${this.count++}${value.replaceAll('\n', ' ').trimEnd()}`)
      : String(value)
  }

  private key(): string {
    const key = `k${this.count++}`
    const roll = this.roll(8)
    return roll === 0 ? `"${key}"` : roll === 1 ? `'${key}'` : key
  }

  private text(text: string): string {
    const roll = this.roll(3)
    if (roll === 0) return JSON.stringify(text)
    return roll === 1 || /[:#,[\]{}'"]/.test(text) ? `'${text.replaceAll("'", "''")}'` : text
  }

  private anchor(): [string, string | undefined] {
    if (!this.aliases || this.roll(5) !== 0) return ['', undefined]
    const name = `a${this.count++}`
    return [` &${name}`, name]
  }

  private isBlockMap = (value: Shape): value is { readonly pairs: Shape[] } =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    value.pairs.length > 0 &&
    this.roll(3) > 0

  private isBlockList = (value: Shape): value is Shape[] =>
    Array.isArray(value) && value.length > 0 && this.roll(3) > 0
}

type Path = readonly (string | number)[]

export interface Change {
  readonly action: Action
  toString(): string
  apply(content: Anything): void
  /** The mapping or list that it changes, and at which key. */
  place(content: Anything): { readonly path: Path; readonly key: string }
}

const fresh = fc.constantFrom<unknown>(
  'new',
  'new: text',
  7,
  null,
  true,
  ['new1', 'new2'],
  [],
  {},
  { fresh: { deep: [{ name: 'x', config: { a: 'two\nlines\n' } }] } },
  [{ name: 'x', tags: ['y'] }],
)

type Action = 'set' | 'replace' | 'remove' | 'append' | 'insert' | 'rename'

export function changes({ count = 6 } = {}): fc.Arbitrary<Change[]> {
  const action = fc.constantFrom<Action>('set', 'replace', 'remove', 'append', 'insert', 'rename')
  const one = fc.tuple(action, fc.array(fc.nat(99), { minLength: 6, maxLength: 6 }), fresh)
  return fc.array(one.map(changeOf), { minLength: count === 1 ? 1 : 0, maxLength: count })
}

const changeOf = ([action, steps, value]: [Action, number[], unknown]): Change => ({
  action,
  toString: () => JSON.stringify([action, steps, value]),
  apply: content => {
    const { holder, key } = placeIn(content, steps)
    if (Array.isArray(holder)) {
      if (action === 'remove') holder.splice(Number(key), 1)
      else if (action === 'append') holder.push(structuredClone(value))
      else if (action === 'insert') holder.splice(Number(key), 0, structuredClone(value))
      else if (holder.length > 0) holder[Number(key)] = structuredClone(value)
    } else if (action === 'remove') delete holder[key]
    else if (action === 'rename' && key in holder) {
      const moved = holder[key]
      delete holder[key]
      holder[`${key}x`] = moved
    } else if (action === 'replace' && key in holder) holder[key] = structuredClone(value)
    else holder['fresh'] = structuredClone(value)
  },
  place: content => placeIn(content, steps),
})

/** Some steps down, as far as there is something to step into. */
function placeIn(content: Anything, steps: readonly number[]): { holder: Anything; path: Path; key: string } {
  let holder = content
  const path: (string | number)[] = []
  for (const step of steps) {
    const keys = Object.keys(holder)
    const key = keys[step % Math.max(1, keys.length)] ?? 'none'
    const inside = holder[key]
    if (typeof inside !== 'object' || inside === null || step % 3 === 0) return { holder, path, key }
    path.push(Array.isArray(holder) ? Number(key) : key)
    holder = inside
  }
  return { holder, path, key: Object.keys(holder)[0] ?? 'none' }
}
