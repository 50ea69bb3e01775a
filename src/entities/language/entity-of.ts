/** The types of entities and of plugins' configurations, inferred from their definitions. */
import type { Definition } from './define.ts'
import type { PluginDefinition } from './plugin-definition.ts'
import type { Values } from './values.ts'

type ValueOf<F> = F extends { type: 'string' }
  ? F extends { one_of: readonly (infer O)[] }
    ? O
    : string
  : F extends { type: 'integer' | 'number' }
    ? number
    : F extends { type: 'boolean' }
      ? boolean
      : F extends { type: 'foreign' }
        ? { readonly id: string }
        : F extends { type: 'set' | 'array'; elements: infer E }
          ? readonly ValueOf<E>[]
          : F extends { type: 'map'; values: infer V }
            ? Readonly<Record<string, ValueOf<V>>>
            : F extends { type: 'record'; fields: infer Fs }
              ? { readonly [K in keyof Fs]: Presence<Fs[K], ValueOf<Fs[K]>> }
              : Values

/** Required and automatic fields always hold a value; all others may be null. */
type Presence<F, V> = F extends { required: true } | { auto: true } ? V : V | null

/** The type of an entity, from its definition: `type Target = EntityOf<typeof target>`. */
export type EntityOf<D extends Definition> = {
  readonly [K in keyof D['fields']]: Presence<D['fields'][K], ValueOf<D['fields'][K]>>
}

/** The type of a plugin's configuration, from its schema: `type Config = ConfigOf<typeof redirect>`. */
export type ConfigOf<P extends PluginDefinition> = ConfigFields<P['config']>

/** Fields that some versions of Kong do not have may be missing. */
type ConfigFields<Fs> = {
  readonly [K in keyof Fs as Fs[K] extends Bounded ? never : K]: Presence<Fs[K], ConfigValue<Fs[K]>>
} & {
  readonly [K in keyof Fs as Fs[K] extends Bounded ? K : never]?: Presence<Fs[K], ConfigValue<Fs[K]>>
}

type Bounded = { readonly since: string } | { readonly until: string }

/** Records of a configuration have fields of some versions too. */
type ConfigValue<F> = F extends { type: 'record'; fields: infer Fs }
  ? ConfigFields<Fs>
  : F extends { type: 'set' | 'array'; elements: infer E }
    ? readonly ConfigValue<E>[]
    : F extends { type: 'map'; values: infer V }
      ? Readonly<Record<string, ConfigValue<V>>>
      : ValueOf<F>
