/** The kinds that the page shows: those that the Manager presents, and what else the gateway has. */
import { computed, type Ref, ref, shallowRef } from 'vue'
import type { OtherKinds } from './other-kinds.ts'
import type { Kind } from './presentation.ts'

export interface Kinds {
  readonly all: Readonly<Ref<readonly Kind[]>>
  /** Kinds with their own pages, in the order of the side bar. */
  readonly top: Readonly<Ref<readonly Kind[]>>
  /** False until the gateway has said what it has besides. */
  readonly isComplete: Ref<boolean>
  bySchema(schema: string): Kind | undefined
  byPath(path: string): Kind | undefined
  /** Replaces the kinds that only the gateway knows. */
  learn(others: OtherKinds): void
}

/** @param presented by the Manager: `/api/kinds` */
export function createKinds(presented: readonly Kind[]): Kinds {
  const others = shallowRef<OtherKinds>({ kinds: [], tabs: new Map() })
  const all = computed(() =>
    [...presented, ...others.value.kinds].map(kind => {
      const more = others.value.tabs.get(kind.schema)
      return more === undefined ? kind : { ...kind, tabs: [...(kind.tabs ?? []), ...more] }
    }),
  )
  return {
    all,
    top: computed(() => all.value.filter(({ home }) => home === undefined)),
    isComplete: ref(false),
    bySchema: schema => all.value.find(kind => kind.schema === schema),
    byPath: path => all.value.find(kind => kind.path === path),
    learn: found => {
      others.value = found
    },
  }
}
