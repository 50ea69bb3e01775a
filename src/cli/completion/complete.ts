/**
 * `deck __complete WORDS…`, which the scripts of `deck completion` run when Tab is pressed: reads what is
 * typed, and prints what may follow.
 */
import { type Commands, describeAll } from '../help/describe.ts'
import { topics } from '../help/pages.ts'
import { answerText, type Candidate, type Candidates, nothing } from './candidates.ts'
import { readTyped, type Typed } from './request.ts'
import { argumentCandidates, flagValueCandidates } from './values.ts'

/**
 * @param argv the words after `__complete`; the last one is at the cursor
 * @param hasTexts whether descriptions are wanted
 * @returns what to print; a failure offers nothing, since the user is in the middle of a line
 */
export async function complete(
  argv: readonly string[],
  commands: Commands,
  hasTexts: boolean,
): Promise<string> {
  // PowerShell before 7.3 drops empty arguments: its script writes two quotes for one.
  const words = argv.length === 0 ? [''] : argv.map(word => (word === '""' ? '' : word))
  const typed = await readTyped(words, commands)
  if (typed === undefined) return answerText(nothing, '', hasTexts)
  const candidates = await candidatesFor(typed, commands).catch(() => nothing)
  return answerText(candidates, typed.current, hasTexts)
}

async function candidatesFor(typed: Typed, commands: Commands): Promise<Candidates> {
  if (typed.flag !== undefined) return flagValueCandidates(typed.flag, typed)
  if (typed.current.startsWith('-') && !typed.isBehindFlags) return { words: flagCandidates(typed) }
  if (typed.topic !== undefined) return { words: await commandCandidates(typed.topic, commands) }
  return argumentCandidates(typed)
}

/** A flag that was given is not offered again, unless it may be repeated. */
function flagCandidates({ flags, values, current }: Typed): Candidate[] {
  const open = flags.filter(({ name, isRepeatable }) => isRepeatable || !values.has(name))
  return open.flatMap(({ name, char, text }) => [
    { word: `--${name}`, text },
    ...(char !== undefined && `-${char}`.startsWith(current) ? [{ word: `-${char}`, text }] : []),
  ])
}

/** The words that may follow, each once. */
async function commandCandidates(before: readonly string[], commands: Commands): Promise<Candidate[]> {
  const all = await describeAll(commands)
  const below = all.filter(({ words }) => before.every((word, index) => words[index] === word))
  const next = new Map<string, string>()
  for (const { words, summary } of below) {
    const word = words[before.length]
    if (word === undefined) continue
    const isTopic = words.length > before.length + 1
    next.set(word, isTopic ? (topics[word] ?? summary) : summary)
  }
  return [...next].map(([word, text]) => ({ word, text }))
}
