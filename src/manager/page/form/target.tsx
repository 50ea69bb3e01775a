/**
 * The address of a target: a host with its port, or a separate field for the port. Both give the same
 * value, `httpbin.org:80`; without a port Kong uses 8000.
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
    // New values from outside are split; typed input stays as typed.
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
