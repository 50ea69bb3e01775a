/**
 * The allowed content of a ruleset's JSONPath: names, comparisons and harmless methods of texts and lists.
 * Spectral's engine turns filters into JavaScript, so anything else could run code.
 */
import regex from '@jsep-plugin/regex'
import jsep from 'jsep'

/** Names that JSONPath-Plus defines. */
const names = new Set([
  '@',
  '@property',
  '@parent',
  '@parentProperty',
  '@path',
  '@root',
  '@key',
  '$',
  'undefined',
])
const types =
  /^@(?:null|boolean|number|string|integer|array|object|scalar|nonFinite|undefined|function|other)$/

const methods = new Set(
  [
    'match includes startsWith endsWith indexOf lastIndexOf toLowerCase toUpperCase trim slice substring',
    'substr charAt concat join split at toString hasOwnProperty test',
  ].flatMap(line => line.split(' ')),
)

/** Ways from any value to code. */
const forbidden = new Set([
  'constructor',
  '__proto__',
  'prototype',
  'call',
  'apply',
  'bind',
  'caller',
  'callee',
])

/** Operators that compare and compute; none that assigns. */
const operators = new Set('== === != !== < > <= >= && || ! + - * / % in ~= void typeof'.split(' '))

jsep.addIdentifierChar('@')
jsep.plugins.register(regex)

/** @returns what is wrong with a JSONPath; undefined for one that may be run */
export function selectorProblem(path: string): string | undefined {
  const scripts = scriptsIn(path)
  if (scripts === undefined) return 'a bracket or a quote has no partner'
  for (const script of scripts) {
    const problem = scriptProblem(script)
    if (problem !== undefined) return `${problem} in '${script}'`
  }
  return undefined
}

/** Whether it holds a regular expression, which JavaScript would match in any time it takes. */
export const hasExpression = (path: string): boolean =>
  (scriptsIn(path) ?? []).some(script => script.includes('/') || /\.(?:match|split|test)\b/.test(script))

/** The contents of `[?(…)]` and `[(…)]`; undefined where a bracket is not closed. */
function scriptsIn(path: string): string[] | undefined {
  const scripts: string[] = []
  let at = 0
  while (at < path.length) {
    const start = path.indexOf('[', at)
    if (start === -1) break
    const end = closing(path, start)
    if (end === undefined) return undefined
    const inner = path.slice(start + 1, end).trim()
    if (/^[?(]/.test(inner)) scripts.push(inner.replace(/^\?/, ''))
    at = end + 1
  }
  return path.slice(at).includes(']') ? undefined : scripts
}

/** Where the bracket at `start` closes, past texts and regular expressions. */
function closing(path: string, start: number): number | undefined {
  let depth = 0
  for (let at = start; at < path.length; at += 1) {
    const character = path[at] ?? ''
    const opens = character === '/' && /[(,=!&|?:\s]$/.test(path.slice(0, at))
    if (character === "'" || character === '"' || opens) {
      const end = endOfText(path, at)
      if (end === undefined) return undefined
      at = end
    } else if ('[('.includes(character)) depth += 1
    else if ('])'.includes(character)) {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return undefined
}

function endOfText(path: string, start: number): number | undefined {
  const quote = path[start]
  let inClass = false
  for (let at = start + 1; at < path.length; at += 1) {
    const character = path[at]
    if (character === '\\') at += 1
    else if (quote === '/' && character === '[') inClass = true
    else if (quote === '/' && character === ']') inClass = false
    else if (character === quote && !inClass) return at
  }
  return undefined
}

function scriptProblem(script: string): string | undefined {
  try {
    return nodeProblem(jsep(script))
  } catch (error) {
    return `no valid filter: ${(error as Error).message}`
  }
}

interface Node {
  readonly type: string
  readonly [key: string]: unknown
}

const first = (nodes: readonly unknown[]): string | undefined => {
  for (const node of nodes) {
    const problem = nodeProblem(node as Node)
    if (problem !== undefined) return problem
  }
  return undefined
}

function nodeProblem(node: Node): string | undefined {
  const { type } = node
  if (type === 'Literal') return undefined
  if (type === 'Identifier') {
    const name = String(node['name'])
    return names.has(name) || types.test(name) ? undefined : `unknown name '${name}'`
  }
  if (type === 'BinaryExpression' || type === 'UnaryExpression' || type === 'LogicalExpression') {
    const operator = String(node['operator'])
    if (!operators.has(operator)) return `operator '${operator}' is not allowed`
    return first([node['left'], node['right'], node['argument']].filter(Boolean))
  }
  if (type === 'ConditionalExpression') return first([node['test'], node['consequent'], node['alternate']])
  if (type === 'ArrayExpression') return first(node['elements'] as Node[])
  if (type === 'MemberExpression') return memberProblem(node)
  if (type === 'CallExpression') return callProblem(node)
  return `${type} is not allowed`
}

function nameOf(node: Node): string | undefined {
  const property = node['property'] as Node
  if (node['computed'] !== true) return String(property['name'])
  return property.type === 'Literal' ? String(property['value']) : undefined
}

function memberProblem(node: Node): string | undefined {
  const name = nameOf(node)
  if (name === undefined) return 'a computed name is not allowed'
  if (forbidden.has(name)) return `'${name}' is not allowed`
  return nodeProblem(node['object'] as Node)
}

function callProblem(node: Node): string | undefined {
  const callee = node['callee'] as Node
  const problem = first(node['arguments'] as Node[])
  if (problem !== undefined) return problem
  if (callee.type === 'Identifier')
    return types.test(String(callee['name'])) ? undefined : `'${String(callee['name'])}' cannot be called`
  if (callee.type !== 'MemberExpression') return 'this call is not allowed'
  const name = nameOf(callee)
  if (name === undefined || !methods.has(name)) return `the method '${name}' is not allowed`
  return nodeProblem(callee['object'] as Node)
}
