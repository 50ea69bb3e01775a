/** The output of `deck file explain`: a line for each value, with its source and place. */
import type { Place } from '../errors.ts'

export interface ExplainedEntity {
  readonly title: string
  readonly where?: Place
  readonly values: readonly {
    readonly path: readonly (string | number)[]
    readonly value: unknown
    readonly source: string
    readonly where?: Place
  }[]
}

/**
 * @example
 * service "a" (kong.yaml:3:3)
 *   host     b.example  kong.yaml:4:9
 *   retries  3          kong.yaml:1:30 (_info.defaults)
 *   port     80         Kong's default
 */
export const renderExplained = (entities: readonly ExplainedEntity[]): string =>
  entities.map(renderEntity).join('\n')

function renderEntity({ title, where, values }: ExplainedEntity): string {
  const rows = values.map(({ path, value, source, where: at }) => [
    path.join('.'),
    shortText(value),
    at === undefined ? source : `${placeText(at)}${source === 'file' ? '' : ` (${source})`}`,
  ])
  const width = (column: number): number => Math.max(0, ...rows.map(row => row[column]?.length ?? 0))
  const [first, second] = [width(0), width(1)]
  const lines = rows.map(
    ([path = '', value = '', source = '']) => `  ${path.padEnd(first)}  ${value.padEnd(second)}  ${source}`,
  )
  return [`${title}${where === undefined ? '' : ` (${placeText(where)})`}`, ...lines, ''].join('\n')
}

const widest = 60

function shortText(value: unknown): string {
  const text = typeof value === 'string' ? value.replaceAll('\n', '\\n') : JSON.stringify(value)
  return text.length <= widest ? text : `${text.slice(0, widest - 1)}…`
}

const placeText = ({ file, line, column }: Place): string => `${file}:${line}:${column}`
