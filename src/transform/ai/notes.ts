/** Messages of a conversion besides its result. */
import { DeckError } from '../../errors.ts'

/** Warnings, in the order in which they come up. */
export type Notes = string[]

/** A name in quotes, as in decK's sentences. */
export const quoted = (name: string | undefined): string => JSON.stringify(name ?? '')

/** @throws DeckError: the document asks for what no configuration of Kong can do */
export function refuse(message: string): never {
  throw new DeckError(`conversion failed: ${message}`)
}

/** Each once, in order. */
export const unique = (names: readonly string[] = []): string[] => [...new Set(names)]
