/**
 * What a recommended rule is, and what it may look at: the entities of a file, complete with Kong's defaults.
 */
import type { Consumer } from '../entities/kinds/consumer.ts'
import type { Plugin } from '../entities/kinds/plugin.ts'
import type { Route } from '../entities/kinds/route.ts'
import type { Service } from '../entities/kinds/service.ts'
import type { Target } from '../entities/kinds/target.ts'
import type { Upstream } from '../entities/kinds/upstream.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import type { UnreachedRoute } from '../route-check/dead-routes.ts'
import type { Path, StateEntity } from '../state/state.ts'

export interface Rule {
  readonly id: string
  readonly severity: 'error' | 'warn' | 'info' | 'hint'
  /** What is wrong, in one sentence. */
  readonly title: string
  readonly why: string
  readonly how: string
  readonly find: (file: LintedFile) => readonly Finding[]
}

export interface Finding {
  /** The id of the entity. */
  readonly id: string
  /** Below the entity; its own place where absent or not written. */
  readonly path?: Path
  readonly message: string
}

export interface LintedFile {
  readonly schemas: Schemas
  readonly routes: readonly Route[]
  readonly services: readonly Service[]
  readonly upstreams: readonly Upstream[]
  readonly targets: readonly Target[]
  readonly plugins: readonly Plugin[]
  readonly consumers: readonly Consumer[]
  /** As the file says them, of every kind. */
  readonly entities: readonly StateEntity[]
  readonly unreached: readonly UnreachedRoute[]
  /** Whether the file says a field of an entity, or its defaults do. */
  says(id: string, field: string): boolean
  /** @example 'route "list"' */
  called(id: string): string
  /** @example 'kong.yaml:3:5' */
  placeOf(id: string): string
  /** Of services: hosts and names of upstreams. */
  readonly hosts: ReadonlySet<string>
  routesOf(service: Service): readonly Route[]
  targetsOf(upstream: Upstream): readonly Target[]
  /** Names of enabled plugins that a request of the route meets. */
  pluginsOf(route: Route): readonly string[]
  authenticates(plugin: string): boolean
  /** Whether the file has a template (`${{ … }}`) at the place of a value. */
  isFilledIn(id: string, path: Path): boolean
}
