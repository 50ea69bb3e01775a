/** The type of an entity, inferred from its definition. */
import type { Definition } from './define.ts'
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
