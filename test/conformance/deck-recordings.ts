/** The recordings of real decK beside this repository: what a case of them is, and which there are. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { golden } from './recordings.ts'

export interface CommandStep {
  readonly name: string
  /** `deck`, and what followed. */
  readonly argv: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly stdout: string
  readonly stderr: string
  readonly exit: number
}

/** The raw Admin API after the steps before it, by endpoint. */
export interface StateStep {
  readonly state: Readonly<Record<string, { readonly data?: readonly Record<string, unknown>[] }>>
}

export interface DeckCase {
  /** `sync-kong39/019-…`. */
  readonly title: string
  readonly kong: '2.8' | '3.9'
  readonly files: Readonly<Record<string, string | { readonly base64: string }>>
  readonly steps: readonly (CommandStep | StateStep)[]
}

/**
 * The commands on a gateway, by what they are about; `-ee`: files with content of Kong Enterprise; `suite`:
 * decK's own tests, call by call.
 */
export const groups = [
  ...(['seed', 'sync', 'diff', 'dump', 'validate', 'reset', 'apply', 'bad', 'suite'] as const),
  ...(['sync-ee', 'diff-ee', 'dump-ee', 'apply-ee', 'reset-ee', 'validate-ee'] as const),
] as const

/** None where the group was not recorded with that Kong. */
export function deckCases(group: (typeof groups)[number], kong: '2.8' | '3.9'): DeckCase[] {
  const name = `${group}-kong${kong.replace('.', '')}`
  const folder = path.join(golden, 'deck', name)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .map(file => {
      const { files, steps } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'))
      return { title: `${name}/${path.basename(file, '.json')}`, kong, files, steps }
    })
}
