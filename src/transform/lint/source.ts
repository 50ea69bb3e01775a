/**
 * Rulesets as files: one and those that it extends, read from the disk. Nothing is fetched, and no code of a
 * ruleset is run.
 */
import { dirname, isAbsolute, join, normalize } from 'node:path'
import { isRecord } from '../../entities/language/values.ts'
import { type Diagnostic, StateFileError } from '../../errors.ts'
import type { Document } from '../../file/document.ts'
import { problem } from '../../file/problem.ts'
import { builtInRulesets } from './built-in.ts'

export type Path = readonly (string | number)[]
export type Mode = 'recommended' | 'all' | 'off'

export interface Extension {
  readonly ruleset: Source | Readonly<Record<string, unknown>>
  /** Absent where the ruleset names none. */
  readonly mode?: Mode
}

/** One file. */
export interface Source {
  readonly document: Document
  readonly extends: readonly Extension[]
}

export const isSource = (ruleset: Extension['ruleset']): ruleset is Source => 'document' in ruleset

/** Reads a ruleset. @returns the reason of a failure; @throws StateFileError for invalid YAML */
export type Load = (name: string) => Document | string

/** The problems of rulesets. */
export interface Complaints {
  readonly found: Diagnostic[]
  add(document: Document, path: Path, message: string, hint?: string, part?: 'key' | 'value'): void
}

export function createComplaints(): Complaints {
  const found: Diagnostic[] = []
  return {
    found,
    add: (document, path, message, hint, part = 'value') =>
      found.push(problem('ruleset', message, document.whereIs(path, part), { hint })),
  }
}

const modes: readonly unknown[] = ['recommended', 'all', 'off']

export function withExtensions(document: Document, load: Load, complaints: Complaints): Source {
  const read = (one: Document, outer: readonly string[]): Source => {
    const { extends: given } = one.content
    const list = given === undefined || given === null ? [] : isEntry(given) ? [given] : given
    if (!Array.isArray(list)) complaints.add(one, ['extends'], 'extends must be a name or a list of names')
    const extended = Array.isArray(list) ? list : []
    const at = (index: number): Path => (isEntry(given) ? ['extends'] : ['extends', index])
    return {
      document: one,
      extends: extended.flatMap((entry, index) => {
        const [name, mode] = Array.isArray(entry) ? entry : [entry, undefined]
        const place = at(index)
        if (typeof name !== 'string' || (mode !== undefined && !modes.includes(mode))) {
          complaints.add(one, place, 'an extended ruleset is a name, or [name, recommended|all|off]')
          return []
        }
        const found = extension(name, one, [...outer, normalize(one.name)], place)
        return found === undefined ? [] : [{ ruleset: found, ...(mode !== undefined && { mode }) }]
      }),
    }
  }

  const extension = (
    name: string,
    from: Document,
    outer: readonly string[],
    place: Path,
  ): Extension['ruleset'] | undefined => {
    const builtIn = builtInRulesets.get(name)
    if (builtIn !== undefined) return builtIn
    const refuse = (message: string, hint: string): undefined => {
      complaints.add(from, place, message, hint)
    }
    if (/^[a-z][a-z\d+.-]+:\/\//i.test(name))
      return refuse(
        `ruleset ${name} is a URL, and nothing is fetched`,
        'save it beside this file and extend the file',
      )
    if (!/\.(?:ya?ml|json)$/i.test(name)) {
      const hint = `known ones are ${[...builtInRulesets.keys()].join(', ')}, and files that end in .yaml, .yml or .json`
      return refuse(`unknown ruleset ${name}`, hint)
    }
    const path = isAbsolute(name) ? normalize(name) : join(dirname(from.name), name)
    // A ruleset that extends itself adds nothing.
    if (outer.includes(path)) return { rules: {} }
    const document = loaded(path, load, complaints)
    if (typeof document !== 'string') return read(document, outer)
    return refuse(
      `ruleset ${path} cannot be read: ${document}`,
      'it is looked for beside the file that extends it',
    )
  }

  return read(document, [])
}

/** A name, or a pair of a name and a mode. */
const isEntry = (given: unknown): boolean => typeof given === 'string' || isRecord(given)

function loaded(path: string, load: Load, complaints: Complaints): Document | string {
  try {
    return load(path)
  } catch (error) {
    if (!(error instanceof StateFileError)) throw error
    complaints.found.push(...error.diagnostics)
    return 'it is no valid YAML or JSON'
  }
}
