/** What the groups of a route's regex path took of a request's path, for plugins that put it elsewhere. */
import { pcre } from '../../entities/pcre.ts'
import type { Exchange } from './exchange.ts'

export interface Captures {
  /** By their number, from 1. */
  readonly unnamed: readonly (string | undefined)[]
  readonly named: Readonly<Record<string, string>>
}

const none: Captures = { unnamed: [], named: {} }

/** Found out when it is asked for: few routes have groups, and fewer plugins want them. */
export function capturesOf({ route, path, snapshot }: Exchange): Captures {
  for (const text of route?.paths ?? []) {
    const source = regexOf(text, snapshot.version.major)
    const match = source === undefined ? null : matchOf(source, path)
    if (match !== null) return { unnamed: match.slice(1), named: { ...match.groups } }
  }
  return none
}

/** 3.x: `~` begins a regex. 2.8: what is no plain path is one. */
function regexOf(path: string, major: number): string | undefined {
  if (major >= 3) return path.startsWith('~') ? path.slice(1) : undefined
  return /^[A-Za-z0-9.\-_~/%]*$/.test(path) ? undefined : path
}

function matchOf(source: string, path: string): RegExpExecArray | null {
  try {
    return pcre(`^(?:${source})`).exec(path)
  } catch {
    return null
  }
}
