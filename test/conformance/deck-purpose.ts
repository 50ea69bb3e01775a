/**
 * Where this program differs from decK on purpose: each reason is a row of docs/differences-from-deck.md,
 * and how a recorded case shows it.
 */
import type { Verdict } from './deck-play.ts'
import type { CommandStep, DeckCase } from './deck-recordings.ts'

interface Purpose {
  /** Words of its row. */
  readonly row: string
  /** For one step alone. */
  readonly step?: (verdict: Verdict, step: CommandStep | undefined, recorded: DeckCase) => boolean
  /** For what differs in a whole case, as one step shows: what is refused early is not there later. */
  readonly whole?: (recorded: DeckCase, verdicts: readonly Verdict[]) => boolean
}

const commandsOf = ({ steps }: DeckCase): CommandStep[] => steps.filter(step => 'argv' in step)

const refusedBySync = (recorded: DeckCase): boolean =>
  commandsOf(recorded).some(
    ({ argv, exit }) => argv.includes('sync') && !argv.includes('--json-output') && exit !== 0,
  )

const said = (verdicts: readonly Verdict[], text: string | RegExp): boolean =>
  verdicts.some(({ stderr }) => stderr !== undefined && stderr.search(text) !== -1)

const fileText = ({ files }: DeckCase): string => Object.values(files).join('\n')

export const purposes: readonly Purpose[] = [
  {
    row: 'look-up tags that name none',
    step: ({ why, stderr = '' }) =>
      why === 'exit 0 → 1' && /default_lookup_tags\.\w+: at least one tag is needed/.test(stderr),
  },
  {
    row: 'found in the file, before anything is changed',
    whole: (recorded, verdicts) =>
      refusedBySync(recorded) &&
      verdicts.some(({ step, why }) => step.endsWith('file-validate') && why === 'exit 0 → 1'),
  },
  {
    row: 'found in the file, before anything is changed',
    whole: (recorded, verdicts) => refusedBySync(recorded) && said(verdicts, 'certificate expired'),
  },
  {
    row: 'an error at its line, nothing is applied',
    whole: (recorded, verdicts) => refusedBySync(recorded) && said(verdicts, /has no plugin named/),
  },
  {
    row: 'that the gateway will refuse',
    whole: (recorded, verdicts) =>
      refusedBySync(recorded) && said(verdicts, 'Error: the gateway cannot match the files'),
  },
  {
    row: 'a kind that this Kong does not have',
    whole: (recorded, verdicts) => recorded.kong === '2.8' && said(verdicts, /Kong 2\.8\S* has no /),
  },
  {
    row: 'several YAML documents, duplicate keys',
    whole: (_, verdicts) => said(verdicts, 'comes twice in one mapping'),
  },
  {
    row: 'several YAML documents, duplicate keys',
    whole: (_, verdicts) => said(verdicts, 'a second YAML document begins'),
  },
  {
    row: '`--json-output` when a change fails',
    step: ({ why }, step) => why === 'exit 0 → 1' && step !== undefined && errorsIn(step.stdout) > 0,
  },
  {
    row: 'unknown words below `gateway` and `file`',
    step: ({ stderr }) => /unknown command "\w+" for "deck (gateway|file)"/.test(stderr ?? ''),
  },
  {
    row: 'an update that never ends',
    step: ({ why }, _, recorded) =>
      recorded.kong === '2.8' && fileText(recorded).includes('proxy-cache') && isOneUpdateLess(why),
  },
  {
    row: 'a crash of its own',
    step: (_, step) => step?.exit === 2 && step.stderr.startsWith('panic:'),
  },
  {
    row: 'numbers of the summary in JSON',
    step: ({ why }) => why.startsWith('summary ') && why.includes('[masked]'),
  },
  {
    row: 'deletes that a parent’s delete would bring about',
    step: ({ why }, _, recorded) => /^summary /.test(why) && recorded.title.includes('ChangingIDs'),
  },
  {
    row: '`algorithm` with `hash_on: none`',
    step: ({ why }, _, recorded) =>
      fileText(recorded).includes('algorithm: consistent-hashing') && isOneUpdateLess(why),
  },
  {
    row: 'a partial on a gateway that has none',
    step: ({ stderr = '' }, _, recorded) =>
      fileText(recorded).includes('\npartials:') && stderr.includes('it will refuse this'),
  },
  {
    row: 'a plugin scoped to a consumer group, in `gateway validate`',
    step: ({ why, stderr = '' }, step) =>
      step?.argv.includes('validate') === true &&
      why === 'exit 0 → 1' &&
      stderr.includes(' of consumer-group '),
  },
  {
    row: 'a target without a port',
    step: ({ why }, step, recorded) =>
      recorded.title.endsWith('/target-no-port') && why === 'summary 1/0/1 → 0/0/0' && step !== undefined,
  },
]

function errorsIn(stdout: string): number {
  return stdout.startsWith('{') ? (JSON.parse(stdout).errors?.length ?? 0) : 0
}

/** `summary 2/1/2 → 2/0/2` */
function isOneUpdateLess(why: string): boolean {
  const numbers = /^summary (\d+)\/(\d+)\/(\d+) → (\d+)\/(\d+)\/(\d+)$/.exec(why)?.slice(1).map(Number)
  const [created, updated = 0, deleted, ours, oursUpdated, oursDeleted] = numbers ?? []
  return numbers !== undefined && created === ours && deleted === oursDeleted && oursUpdated === updated - 1
}

/** The reason in place of the difference, where there is one. */
export function withPurpose(recorded: DeckCase, verdicts: readonly Verdict[]): Verdict[] {
  const ofCase = purposes.find(({ whole }) => whole?.(recorded, verdicts))
  const steps = new Map(commandsOf(recorded).map(step => [step.name, step]))
  return verdicts.map(verdict => {
    if (verdict.what !== 'unmatched') return verdict
    const ofStep = purposes.find(({ step }) => step?.(verdict, steps.get(verdict.step), recorded))
    const purpose = ofStep ?? ofCase
    return purpose === undefined ? verdict : { ...verdict, what: 'on purpose', why: purpose.row }
  })
}
