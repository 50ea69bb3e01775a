/**
 * A review as JUnit XML, for pages of test results: each change and each problem is a test case. It uses
 * the common part of the schemas of Apache Ant's task and of Jenkins.
 */
import { driftText } from './drift-page.ts'
import type { Problem, Review, ReviewedChange } from './review.ts'
import { placeText } from './values.ts'

/** The schemas require a time and a host; a report is the same for the same input. */
const timestamp = '1970-01-01T00:00:00'
const hostname = 'localhost'

interface Case {
  readonly name: string
  readonly className: string
  /** Absent for a case that passes. */
  readonly result?: {
    readonly element: 'failure' | 'error' | 'skipped'
    readonly type: string
    readonly text: string
  }
}

interface DriftedChange extends Pick<ReviewedChange, 'op' | 'kind' | 'name'> {
  readonly where: ReviewedChange['where'] | undefined
  readonly drift: NonNullable<ReviewedChange['drift']>
}

export function renderJunit(review: Review): string {
  const cases = [
    ...review.failures.map(text => ({
      name: 'run',
      className: `deck ${review.command}`,
      result: { element: 'error' as const, type: 'failed', text },
    })),
    ...problemCases(review),
    ...review.changes.map(changeCase),
  ]
  const suite = [
    `  <testsuite ${attributes(suiteAttributes(review.command, cases))}>`,
    '    <properties/>',
    ...cases.map(caseElement),
    '    <system-out></system-out>',
    '    <system-err></system-err>',
    '  </testsuite>',
  ]
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suite, '</testsuites>', ''].join('\n')
}

function suiteAttributes(command: string, cases: readonly Case[]): Record<string, string> {
  const count = (element: string): string =>
    String(cases.filter(({ result }) => result?.element === element).length)
  return {
    name: `deck ${command}`,
    package: 'deck',
    id: '0',
    hostname,
    timestamp,
    time: '0',
    tests: String(cases.length),
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  }
}

/** No problem at all is one case that passes: a report without cases looks like a run that never was. */
function problemCases({ command, problems, changes, failures }: Review): Case[] {
  const isEmpty = problems.length + changes.length + failures.length === 0
  if (isEmpty) return [{ name: 'no problems, no changes', className: `deck ${command}` }]
  return problems.map(problemCase)
}

/** Errors fail; what is less is reported and passes, as an exit code does. */
function problemCase({ severity, code, message, where, hint }: Problem): Case {
  const place = where ? `${placeText(where)}: ` : ''
  const text = [`${place}${severity}: ${message}`, ...(hint === undefined ? [] : [`hint: ${hint}`])].join(
    '\n',
  )
  const element = severity === 'error' ? ('failure' as const) : ('skipped' as const)
  return {
    name: `${place}${message}`,
    className: where?.file ?? code,
    result: { element, type: code, text },
  }
}

function changeCase({ op, kind, name, status, where, drift }: ReviewedChange): Case {
  if (drift !== undefined) return driftCase({ op, kind, name, where, drift })
  const base = { name: `${op} ${kind} ${name}`, className: where?.file ?? kind }
  const text = `${op} ${kind} ${name}: ${status}`
  if (status === 'failed') return { ...base, result: { element: 'failure', type: 'change-failed', text } }
  if (status === 'not-attempted') return { ...base, result: { element: 'skipped', type: status, text } }
  return base
}

/** Drift selected by `--fail-on` fails; other differences are reported and pass. */
function driftCase({ op, kind, name, where, drift }: DriftedChange): Case {
  const text = `${kind} ${name}: ${driftText(op, drift)}`
  const element = drift.fails ? ('failure' as const) : ('skipped' as const)
  return {
    name: `${kind} ${name}`,
    className: where?.file ?? kind,
    result: { element, type: `drift-${drift.by}`, text },
  }
}

function caseElement({ name, className, result }: Case): string {
  const head = `    <testcase ${attributes({ name, classname: className, time: '0' })}`
  if (result === undefined) return `${head}/>`
  const { element, type, text } = result
  const [message = ''] = text.split('\n')
  const about = element === 'skipped' ? attributes({ message }) : attributes({ message, type })
  return `${head}>\n      <${element} ${about}>${escaped(text)}</${element}>\n    </testcase>`
}

const attributes = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(' ')

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** XML 1.0 has no way to write most control characters, nor half a surrogate pair. */
const escaped = (text: string): string =>
  text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, character => entities[character] ?? character)
    .replace(/[\t\r\n]/g, character => `&#${character.charCodeAt(0)};`)
