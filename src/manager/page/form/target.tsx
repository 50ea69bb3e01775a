/**
 * The address of a target: a host, with its port or with the port in a field of its own. Both ways of typing
 * give the same: `httpbin.org:80`; without any port Kong takes 8000.
 */
import { defineComponent, ref, watch } from 'vue'
import { type EditorProps, editorProps, idOf } from './editor.ts'
import { common } from './scalars.tsx'
import { TextArea } from './text-area.tsx'

const withPort = /^(\[[^\]]*\]|[^:]*):(\d*)$/

export const TargetInput = defineComponent(
  (props: EditorProps) => {
    const host = ref('')
    const port = ref('')
    const joined = () => {
      if (host.value === '' || port.value === '' || withPort.test(host.value)) return host.value
      const isIpv6 = host.value.includes(':') && !host.value.startsWith('[')
      return `${isIpv6 ? `[${host.value}]` : host.value}:${port.value}`
    }
    // What comes from outside is taken apart; what was typed here stays as it was typed.
    watch(
      () => props.value,
      value => {
        if (value === joined()) return
        const [, name, number] = withPort.exec(String(value ?? '')) ?? ['', String(value ?? ''), '']
        host.value = name ?? ''
        port.value = number ?? ''
      },
      { immediate: true },
    )
    const type = (part: typeof host, text: string) => {
      part.value = text.trim()
      props.onChange(joined())
    }
    return () => {
      const [, , inHost] = withPort.exec(host.value) ?? []
      return (
        <div class="target">
          <TextArea
            value={host.value}
            onChange={(text: string) => type(host, text)}
            control={{ ...common(props), placeholder: 'httpbin.org' }}
          />
          <div class="target-port">
            <label for={`${idOf(props.path)}-port`}>Port</label>
            <TextArea
              isNumber
              value={inHost ?? port.value}
              onChange={(text: string) => type(port, text)}
              control={{
                id: `${idOf(props.path)}-port`,
                inputmode: 'numeric',
                placeholder: '8000',
                disabled: inHost !== undefined,
              }}
            />
          </div>
        </div>
      )
    }
  },
  { props: [...editorProps] },
)
