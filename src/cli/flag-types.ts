/**
 * The types of flags, each with its variable, the word for its value and its group in help. Completion
 * chooses by the word for the value (`completion/values.ts`).
 */

import * as Flags from '@oclif/core/flags'
import type * as Interfaces from '@oclif/core/interfaces'

/** Headings below which help shows flags, in this order; flags without a group come first. */
export const flagGroups = [
  'INPUT',
  'SELECTION',
  'CHECK',
  'SAFETY',
  'RECORD',
  'OUTPUT',
  'CONNECTION',
  'GENERAL',
] as const

export type FlagGroup = (typeof flagGroups)[number]

/** `--select-tag` → `DECK_SELECT_TAG`. */
export const env = (name: string): { env: string } => ({
  env: `DECK_${name.toUpperCase().replaceAll('-', '_')}`,
})

interface StringOptions {
  /** The word for its value in help: `FILE`. */
  readonly value?: string
  readonly default?: string
  readonly char?: 'o' | 'w' | 'E' | 'W'
  readonly hidden?: boolean
}

export const string = (name: string, description: string, { value, ...options }: StringOptions = {}) =>
  Flags.string({ description, ...env(name), ...(value !== undefined && { helpValue: value }), ...options })

export const boolean = (name: string, description: string, options: { hidden?: boolean } = {}) =>
  Flags.boolean({ description, ...env(name), ...options })

/** Repeatable, and comma-separated, as Go's string slices are; never swallows the argument after its value. */
export const strings = (name: string, description: string, value: string) =>
  Flags.string({ description, ...env(name), multiple: true, helpValue: value })

export const integer = (name: string, description: string, value: number, word = 'N') =>
  Flags.integer({ description, ...env(name), default: value, helpValue: word })

/** The same flags, under this heading of help. */
export const inGroup = <Input extends Interfaces.FlagInput>(group: FlagGroup, flags: Input): Input =>
  Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [name, { ...flag, helpGroup: group }]),
  ) as Input
