/** The output of `deck file route`: the report as data (its JSON document), and as text. */
import type { Place } from '../errors.ts'
import type { Colours } from './colour.ts'

export interface RouteReport {
  readonly request: { readonly method: string; readonly url: string; readonly consumer?: string }
  /** Null: no route matches. */
  readonly route: (Named & { readonly matched_path: string }) | null
  readonly service: (Named & { readonly url: string }) | null
  /** Kong's own response; null if the request goes to the upstream. */
  readonly answered: { readonly status: number; readonly reason: string } | null
  readonly plugins: readonly PluginReport[]
  readonly disabled_plugins: readonly Instance[]
  readonly upstream_request: {
    readonly method: string
    readonly path: string
    readonly host: string | null
  } | null
  readonly upstream: (Named & { readonly algorithm: string }) | null
  readonly targets: readonly (Named & { readonly weight: number; readonly share: number })[]
  readonly nearest: readonly NearRoute[]
  readonly warnings: readonly string[]
}

export interface Named {
  readonly name: string
  readonly place: PlaceReport | null
}

export type PlaceReport = Pick<Place, 'file' | 'line' | 'column'>

export interface Instance extends Named {
  /** The scope of the plugin: `service example`, `global`. */
  readonly scope: string
}

export interface PluginReport extends Named {
  /** Null for a plugin that Kong does not bundle. */
  readonly priority: number | null
  /** Null where the plugin applies to some consumers alone. */
  readonly scope: string | null
  readonly for_consumers: readonly (Instance & { readonly consumer: string })[]
  /** Kong Enterprise. */
  readonly for_consumer_groups: readonly (Instance & { readonly consumer_group: string })[]
  readonly replaces: readonly Instance[]
}

export interface NearRoute extends Named {
  readonly service: string | null
  readonly reasons: readonly { readonly condition: string; readonly message: string }[]
}

export const renderRouteJson = (report: RouteReport): string => `${JSON.stringify(report, undefined, 2)}\n`

export function renderRouteText(report: RouteReport, colours: Colours): string {
  const lines =
    report.route === null
      ? [colours.red(`no route matches ${report.request.method} ${report.request.url}`)]
      : foundLines(report, report.route, colours)
  const nearest = report.nearest.flatMap(one => [
    `  ${called(one)}`,
    ...one.reasons.map(({ message }) => `    ${message}`),
  ])
  if (nearest.length > 0)
    lines.push('', report.route === null ? 'nearest routes' : 'nearest other routes', ...nearest)
  lines.push(...report.warnings.flatMap(text => ['', `${colours.yellow('Warning:')} ${text}`]))
  return `${lines.join('\n')}\n`
}

const at = (place: PlaceReport | null): string =>
  place === null ? '' : `  (${place.file}:${place.line}:${place.column})`

const called = ({ name, place }: Named): string => `${name}${at(place)}`

const label = (text: string): string => text.padEnd(10)

function foundLines(
  report: RouteReport,
  route: NonNullable<RouteReport['route']>,
  colours: Colours,
): string[] {
  const { request, service, answered, upstream_request: asked } = report
  const lines = [
    `${request.method} ${request.url}${request.consumer === undefined ? '' : `, consumer ${request.consumer}`}`,
    '',
    `${label('route')}${colours.green(route.name)}${at(route.place)}`,
    ...(route.matched_path === '' ? [] : [`${label('')}matched path ${route.matched_path}`]),
    `${label('service')}${service === null ? 'none' : `${called(service)}  ${service.url}`}`,
  ]
  if (answered !== null) lines.push(`${label('answer')}${answered.status}: ${answered.reason}`)
  lines.push(...pluginLines(report))
  if (asked !== null) {
    const host = asked.host === null ? "the target's own name" : asked.host
    lines.push(`${label('upstream')}${asked.method} ${asked.path}, Host: ${host}`)
  }
  return [...lines, ...targetLines(report)]
}

function pluginLines({ plugins, disabled_plugins: disabled }: RouteReport): string[] {
  const lines = plugins.flatMap((plugin, index) => {
    const first = plugin.scope === null ? 'for some consumers alone' : `${plugin.scope}${at(plugin.place)}`
    return [
      `${label(index === 0 ? 'plugins' : '')}${index + 1}. ${plugin.name}: ${first}${plugin.priority === null ? ', place in the order not known' : ''}`,
      ...plugin.for_consumers.map(
        ({ consumer, scope, place }) => `${label('')}   for consumer ${consumer}: ${scope}${at(place)}`,
      ),
      ...plugin.for_consumer_groups.map(
        one => `${label('')}   for consumer group ${one.consumer_group}: ${one.scope}${at(one.place)}`,
      ),
      ...plugin.replaces.map(({ scope, place }) => `${label('')}   in place of: ${scope}${at(place)}`),
    ]
  })
  const off = disabled.map(one => `${label('')}disabled: ${one.name}: ${one.scope}${at(one.place)}`)
  return [...(lines.length === 0 ? [`${label('plugins')}none`] : lines), ...off]
}

function targetLines({ upstream, targets }: RouteReport): string[] {
  if (upstream === null) return []
  return [
    `${label('')}${upstream.name}${at(upstream.place)}, ${upstream.algorithm}`,
    ...targets.map(
      ({ name, place, weight, share }, index) =>
        `${label(index === 0 ? 'targets' : '')}${name}  weight ${weight}, ${percent(share)}${at(place)}`,
    ),
    ...(targets.length === 0 ? [`${label('targets')}none: Kong answers 503`] : []),
  ]
}

/** @example percent(1 / 3) // '33.3 %' */
const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`
