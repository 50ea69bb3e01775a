/**
 * The body of a request as nested values: JSON, form or multipart, or why it is refused. Schemas are not
 * looked at here.
 */
import { Busboy } from '@fastify/busboy'
import { isRecord } from '../../entities/language/values.ts'
import type { Values } from './endpoint.ts'
import { addPair, type FormValue, nestPairs, parsePairs } from './form.ts'
import { parseJson } from './json.ts'

export type Body =
  | { readonly input: Values; readonly typed: boolean }
  | { readonly status: 400; readonly message: string }

const nothing: Body = { input: {}, typed: false }

const maxArguments = 1000

/** Kong checks only the beginning of the header, and only in lower case. */
const isForm = (contentType: string): boolean => contentType.startsWith('application/x-www-form-urlencoded')
const isJson = (contentType: string): boolean => contentType.startsWith('application/json')
const isMultipart = (contentType: string): boolean => contentType.startsWith('multipart/form-data')

export const takesBody = (method: string): boolean =>
  method === 'POST' || method === 'PUT' || method === 'PATCH'

/** @param yaml types of YAML that are taken besides */
export function isTypeTaken(
  contentType: string | undefined,
  hasBody: boolean,
  yaml: readonly string[],
): boolean {
  if (contentType === undefined) return !hasBody
  const isYaml = yaml.some(type => contentType.startsWith(type))
  return isForm(contentType) || isJson(contentType) || isMultipart(contentType) || isYaml
}

export async function readBody(
  contentType: string | undefined,
  bytes: Buffer | undefined,
  namesInBrackets: boolean,
): Promise<Body> {
  if (contentType === undefined) return nothing
  const text = bytes?.toString() ?? ''
  if (isJson(contentType)) return jsonBody(text)
  if (isMultipart(contentType)) return formBody(await multipartPairs(contentType, bytes), namesInBrackets)
  return isForm(contentType) ? formBody(parsePairs(text), namesInBrackets) : nothing
}

function jsonBody(text: string): Body {
  const parsed = parseJson(text)
  if (parsed === undefined) return { status: 400, message: 'Cannot parse JSON body' }
  const { value } = parsed
  // To Lua an empty list and an empty record are the same.
  if (Array.isArray(value) && value.length === 0) return { input: {}, typed: true }
  if (!isRecord(value)) return { status: 400, message: 'Cannot parse JSON body: expected an object' }
  return { input: value, typed: true }
}

function formBody(pairs: ReadonlyMap<string, FormValue>, namesInBrackets: boolean): Body {
  const count = [...pairs.values()].reduce(
    (sum, value) => sum + (typeof value === 'object' ? value.length : 1),
    0,
  )
  if (count > maxArguments) return { status: 400, message: 'Too many arguments' }
  return { input: nestPairs(pairs, namesInBrackets), typed: false }
}

/** The parts by name, the last of each; nothing at all of a body that breaks off. */
function multipartPairs(contentType: string, bytes: Buffer | undefined): Promise<Map<string, FormValue>> {
  return new Promise(resolve => {
    const pairs = new Map<string, FormValue>()
    const broken = () => resolve(new Map())
    try {
      const parser = new Busboy({ headers: { 'content-type': contentType } })
      parser.on('field', (name, value) => {
        pairs.delete(name)
        addPair(pairs, name, value)
      })
      // A file's content is a value like any other.
      parser.on('file', (name, stream) => {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('error', broken)
        stream.on('end', () => pairs.set(name, Buffer.concat(chunks).toString()))
      })
      parser.on('error', broken)
      parser.on('finish', () => resolve(pairs))
      parser.end(bytes)
    } catch {
      broken()
    }
  })
}
