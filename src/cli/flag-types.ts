/** The types of flags, each with its variable. */
import * as Flags from '@oclif/core/flags'

/** `--select-tag` → `DECK_SELECT_TAG`. */
export const env = (name: string): { env: string } => ({
  env: `DECK_${name.toUpperCase().replaceAll('-', '_')}`,
})

interface StringOptions {
  readonly default?: string
  readonly char?: 'o' | 'w' | 'E' | 'W'
  readonly hidden?: boolean
}

export const string = (name: string, description: string, options: StringOptions = {}) =>
  Flags.string({ description, ...env(name), ...options })

export const boolean = (name: string, description: string, options: { hidden?: boolean } = {}) =>
  Flags.boolean({ description, ...env(name), ...options })

/** Repeatable, and comma-separated, as Go's string slices are; never swallows the argument after its value. */
export const strings = (name: string, description: string) =>
  Flags.string({ description, ...env(name), multiple: true })

export const integer = (name: string, description: string, value: number) =>
  Flags.integer({ description, ...env(name), default: value })
