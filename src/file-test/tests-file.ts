/** TESTS.yaml: read, checked, and every problem of it at its line. */
import { type Diagnostic, StateFileError } from '../errors.ts'
import type { Document } from '../file/document.ts'
import { inOrder, problem } from '../file/problem.ts'
import type { NamedText } from '../file/read.ts'
import type { Environment } from '../file/template/functions.ts'
import { parseDocument } from '../file/yaml/parse.ts'
import { testsShape } from './format.ts'
import { checkShape, type Path } from './shape.ts'

export type HeaderValues = Readonly<Record<string, string | number | boolean>>

export type ExpectedText =
  | string
  | number
  | boolean
  | null
  | { readonly contains: string }
  | { readonly matches: string }

export type ExpectedBody =
  | string
  | { readonly contains?: string; readonly matches?: string; readonly json?: unknown }

export interface Expectation {
  readonly status?: number | string | readonly number[]
  readonly route?: string | null
  readonly service?: string | null
  readonly headers?: Readonly<Record<string, ExpectedText>>
  readonly body?: ExpectedBody
  readonly plugins?: readonly string[]
  readonly targets?: Readonly<Record<string, number | string>>
  readonly alternates?: boolean
  readonly received?: {
    readonly method?: string
    readonly path?: ExpectedText
    readonly headers?: Readonly<Record<string, ExpectedText>>
    readonly body?: ExpectedBody
  }
}

export interface RequestStep {
  readonly request: string
  readonly headers?: HeaderValues
  readonly body?: string
  readonly json?: unknown
  readonly client?: string
  readonly times?: number
  readonly expect?: Expectation
}

export type Step =
  | RequestStep
  | { readonly wait: number | string }
  | { readonly pause: number }
  | { readonly stop: string }
  | { readonly start: string }

export interface BackendAnswer {
  readonly method?: string
  readonly path?: string
  readonly status?: number
  readonly headers?: HeaderValues
  readonly body?: string
  readonly json?: unknown
  readonly delay?: number
}

export interface Test {
  readonly name: string
  readonly steps: readonly Step[]
}

export interface TestsFile {
  readonly document: Document
  readonly timeout: number
  readonly clock: string | undefined
  readonly backends: Readonly<Record<string, readonly BackendAnswer[]>>
  readonly tests: readonly Test[]
}

const requestFields = ['headers', 'body', 'json', 'client', 'times', 'expect']

/** @throws StateFileError with everything that is wrong in the file */
export function readTests(text: NamedText, env: Environment): TestsFile {
  const { document, diagnostics } = parseDocument(text, { env })
  if (document === undefined) throw new StateFileError(diagnostics, 'the tests')
  const { content } = document
  const at = (path: Path, message: string, part: 'key' | 'value' = 'value', hint?: string): Diagnostic =>
    problem('tests-file', message, document.whereIs(path, part), { hint })
  if ('_format_version' in content)
    throw new StateFileError(
      [at([], 'this is a state file', 'value', 'the file with tests is the last argument')],
      'the tests',
    )
  const problems = checkShape(testsShape, content).map(one =>
    at(one.path, one.message, one.isKey === true ? 'key' : 'value', one.hint),
  )
  if (problems.length > 0) throw new StateFileError(inOrder(problems, [text.name]), 'the tests')
  const { timeout = 10, backends = {}, clock, tests } = content as unknown as TestsFile
  const mistakes = [...meaningProblems(tests, at), ...repeatedNames(tests, at)]
  if (mistakes.length > 0) throw new StateFileError(inOrder(mistakes, [text.name]), 'the tests')
  return { document, timeout, clock, backends, tests }
}

type At = (path: Path, message: string, part?: 'key' | 'value', hint?: string) => Diagnostic

/** Rules beyond the shape: fields of requests only, and invalid regular expressions. */
function meaningProblems(tests: readonly Test[], at: At): Diagnostic[] {
  return tests.flatMap(({ steps }, test) =>
    steps.flatMap((step, index) => {
      const path = ['tests', test, 'steps', index]
      if ('request' in step) return patternProblems(step.expect, [...path, 'expect'], at)
      return requestFields
        .filter(name => Object.hasOwn(step, name))
        .map(name => at([...path, name], `"${name}" belongs to a request`, 'key'))
    }),
  )
}

function patternProblems(value: unknown, path: Path, at: At): Diagnostic[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([name, one]) => {
    const inner = [...path, name]
    if (name !== 'matches' || typeof one !== 'string')
      return name === 'json' ? [] : patternProblems(one, inner, at)
    try {
      new RegExp(one, 'u')
      return []
    } catch (error) {
      return [at(inner, (error as Error).message)]
    }
  })
}

/** Reports identify tests by name, so names must be unique. */
function repeatedNames(tests: readonly Test[], at: At): Diagnostic[] {
  return tests.flatMap(({ name }, index) =>
    tests.findIndex(one => one.name === name) < index
      ? [at(['tests', index, 'name'], `a test before this one has the name "${name}"`)]
      : [],
  )
}
