/** Turns a service or a plugin off and on where it is listed. */
import { defineComponent, ref } from 'vue'
import type { Entity } from '../admin-api.ts'
import { admin } from '../api.ts'
import type { Kind } from '../presentation.ts'
import { nameIn, useSession } from '../session.ts'

export const EnabledSwitch = defineComponent(
  (props: {
    readonly kind: Kind
    readonly entity: Entity
    /** On the Admin API. */
    readonly path: string
    readonly onChanged: () => void
  }) => {
    const session = useSession()
    const isBusy = ref(false)
    const name = () => nameIn(props.kind, props.entity)

    async function turn(event: Event): Promise<void> {
      const input = event.target as HTMLInputElement
      const enabled = input.checked
      isBusy.value = true
      try {
        await admin.send('PATCH', props.path, { enabled })
        session.tell(`${props.kind.one} ${name()} is turned ${enabled ? 'on' : 'off'}.`)
        props.onChanged()
      } catch (error) {
        input.checked = !enabled
        session.tell((error as Error).message, 'failed')
      } finally {
        isBusy.value = false
      }
    }
    return () => (
      <input
        type="checkbox"
        role="switch"
        aria-label={`${name()} enabled`}
        checked={props.entity['enabled'] === true}
        disabled={isBusy.value}
        onChange={turn}
      />
    )
  },
  { props: ['kind', 'entity', 'path', 'onChanged'] },
)
