/** The real yaml-language-server, which VS Code and many other editors use, spoken to as an editor does. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isRecord } from '../../src/entities/language/values.ts'
import { newFolder, repository } from './binary.ts'
import { startNode } from './processes.ts'
import { until } from './until.ts'

export interface Editor {
  /** Labels of what is offered at a place. Lines and columns count from 1. */
  complete(line: number, column: number): Promise<string[]>
  /** The text shown at a place. */
  hover(line: number, column: number): Promise<string>
  /** `line: message` of what is underlined. */
  problems(): Promise<string[]>
  close(): void
}

const server = join(repository, 'node_modules/yaml-language-server/bin/yaml-language-server')

interface Diagnostic {
  readonly message: string
  readonly range: { readonly start: { readonly line: number } }
}

/** A state file opened in an editor, with its schema beside it. */
export async function openInEditor(text: string, schema: string): Promise<Editor> {
  const folder = newFolder()
  writeFileSync(join(folder, 'kong.schema.json'), schema)
  const uri = pathToFileURL(join(folder, 'kong.yaml')).href
  const child = startNode([server, '--stdio'], { cwd: folder })
  const answers = new Map<number, unknown>()
  let published: readonly Diagnostic[] | undefined
  let received = Buffer.alloc(0)
  let last = 0

  const send = (message: object): void => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message })
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  }
  const take = (message: unknown): void => {
    if (!isRecord(message)) return
    const { id, method, params, result } = message
    // Whatever the server asks of the editor, it has no settings of its own.
    if (typeof method === 'string' && id !== undefined)
      send({ id, result: method.includes('configuration') ? [{}, {}, {}, {}] : null })
    else if (typeof id === 'number') answers.set(id, result)
    else if (method === 'textDocument/publishDiagnostics' && isRecord(params))
      published = params['diagnostics'] as Diagnostic[]
  }
  child.stdout.on('data', (data: Buffer) => {
    received = Buffer.concat([received, data])
    for (;;) {
      const end = received.indexOf('\r\n\r\n')
      const length = Number(
        /Content-Length: (\d+)/.exec(received.subarray(0, Math.max(0, end)).toString())?.[1],
      )
      if (end === -1 || received.length < end + 4 + length) return
      take(JSON.parse(received.subarray(end + 4, end + 4 + length).toString()))
      received = received.subarray(end + 4 + length)
    }
  })
  const request = async (method: string, params: object): Promise<unknown> => {
    last += 1
    const id = last
    send({ id, method, params })
    await until(() => answers.has(id), `${method} is answered`)
    return answers.get(id)
  }
  const at = (line: number, column: number) => ({
    textDocument: { uri },
    position: { line: line - 1, character: column - 1 },
  })

  await request('initialize', { processId: process.pid, rootUri: null, capabilities: {} })
  send({ method: 'initialized', params: {} })
  const yaml = { validate: true, completion: true, hover: true, schemaStore: { enable: false } }
  send({ method: 'workspace/didChangeConfiguration', params: { settings: { yaml } } })
  const line = '# yaml-language-server: $schema=kong.schema.json\n'
  send({
    method: 'textDocument/didOpen',
    params: { textDocument: { uri, languageId: 'yaml', version: 1, text: line + text } },
  })
  return {
    complete: async (lineOf, column) => {
      const result = await request('textDocument/completion', at(lineOf, column))
      return isRecord(result) ? (result['items'] as { label: string }[]).map(({ label }) => label) : []
    },
    hover: async (lineOf, column) => JSON.stringify(await request('textDocument/hover', at(lineOf, column))),
    problems: async () => {
      await until(() => (published ?? []).length > 0, 'something is underlined')
      return (published ?? []).map(({ message, range }) => `${range.start.line + 1}: ${message}`)
    },
    close: () => child.kill(),
  }
}
