/** Names for Kong, derived from those of an OpenAPI document (go-apiops 0.4, which decK 1.65 uses). */
import { DeckError } from '../../errors.ts'

/** Letters that are not another letter with an accent. */
const spelt: Readonly<Record<string, string>> = {
  Æ: 'AE',
  æ: 'ae',
  Đ: 'D',
  đ: 'd',
  Ł: 'L',
  ł: 'l',
  Ø: 'O',
  ø: 'o',
  Œ: 'OE',
  œ: 'oe',
  ß: 'ss',
  Þ: 'Th',
  þ: 'th',
}

/** @example 'Crème brûlée' → 'Creme brulee' */
const plainLatin = (text: string): string =>
  isAscii.test(text)
    ? text
    : text
        .normalize('NFKD')
        .replace(/\p{M}/gu, '')
        .replace(/[^\0-\x7f]/g, letter => spelt[letter] ?? letter)

const isAscii = /^[\0-\x7f]*$/

interface Slug {
  /** Between words, and instead of characters that a name cannot have. */
  readonly separator: '-' | '_'
  readonly lower: boolean
  /** A hyphen stays where it is. */
  readonly hyphens?: boolean
}

function createSlug({ separator, lower, hyphens = false }: Slug): (text: string) => string {
  const kept = hyphens || separator === '-' ? `${separator}-` : separator
  const invalid = new RegExp(`[^a-zA-Z0-9${kept}]`, 'g')
  const repeated = new RegExp(`${separator}{2,}`, 'g')
  const outer = new RegExp(`^${separator}|${separator}$`, 'g')
  return text => {
    const words = plainLatin(text).trim().split(/\s+/).join(separator)
    const name = words.replaceAll(invalid, separator).replaceAll(repeated, separator).replaceAll(outer, '')
    return lower ? name.toLowerCase() : name
  }
}

/** How names are made: as Kong's Insomnia made them, or as decK does. */
export interface Naming {
  slug(text: string): string
  /** Joins several parts. */
  join(...parts: readonly string[]): string
  /** For a group of a regular expression: letters, digits and underscores. */
  capture(name: string): string
}

export function namingOf(insoCompatible: boolean): Naming {
  const slug: Slug = insoCompatible
    ? { separator: '_', lower: false, hyphens: true }
    : { separator: '-', lower: true }
  return {
    slug: createSlug(slug),
    join: (...parts) => parts.join(insoCompatible ? '-' : '_'),
    capture: createSlug({ separator: '_', lower: !insoCompatible }),
  }
}

/** @throws DeckError for a name of which nothing is left: of other scripts than Latin nothing is made */
export function documentName(text: string, naming: Naming): string {
  const name = naming.slug(text)
  if (name !== '') return name
  throw new DeckError(`no name for Kong can be made of "${text}"`, {
    hint: 'give one with --uuid-base, or with x-kong-name in the document',
  })
}
