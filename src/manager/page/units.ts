/** Times as people read them. */
import type { Kind } from './presentation.ts'

export type Unit = 'ms' | 's'

export function unitOf(name: string, kind: Kind): Unit | undefined {
  const given = kind.units?.[name]
  if (given !== undefined) return given
  if (/(^|_)ttl$|_seconds$/.test(name)) return 's'
  return /_timeout$|^timeout$|^keepalive$/.test(name) ? 'ms' : undefined
}

/** 60000 ms reads better as a minute. */
export function durationOf(value: unknown, unit: Unit): string {
  const seconds = Number(value) / (unit === 'ms' ? 1000 : 1)
  if (value === '' || !Number.isFinite(seconds) || seconds < (unit === 'ms' ? 1 : 60)) return ''
  const parts = [
    [Math.floor(seconds / 86400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [Math.round((seconds % 60) * 10) / 10, 's'],
  ] as const
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(' ')
}
