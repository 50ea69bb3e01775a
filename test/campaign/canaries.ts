/**
 * Canaries in every place of a secret, searched in all that every command prints and writes. @see
 * test/cli/canaries.test.ts, the short form
 */
import { serve } from '../support/binary.ts'
import { addressOf, hurtTexts } from '../support/canaries.ts'
import { commandNames, needsGateway, startCanaryRuns } from '../support/canary-runs.ts'
import { echoes, echoingRelay } from '../support/echoing-relay.ts'
import type { Report } from './report.ts'

export async function canaries(report: Report, part: string): Promise<void> {
  const gateway = await serve()
  const relay = await echoingRelay(gateway.admin)
  const runs = startCanaryRuns()
  const attempt = async (name: string, argv: readonly string[], input = ''): Promise<void> => {
    const leaks = await runs.leaksOf(name, argv)
    report.tried(part, leaks, () => ({ what: argv.slice(0, 2).join(' '), input, output: argv.join(' ') }))
  }
  for (const name of commandNames) {
    for (const line of runs.linesOf(name)) {
      await attempt(name, [...line, '--kong-addr', addressOf(gateway.admin)])
      for (const answer of needsGateway(name) ? echoes : []) {
        relay.answer = answer
        await runs.run(['gateway', 'reset', '--force', '--no-journal', '--kong-addr', gateway.admin])
        await attempt(name, [...line, '--kong-addr', addressOf(relay.address)], answer)
      }
    }
  }
  for (const [, text] of hurtTexts) {
    const hurt = runs.input('hurt.yaml', text)
    for (const words of [
      ['validate'],
      ['render'],
      ['merge'],
      ['lint', runs.ruleset, '-s'],
      ['list-tags', '-s'],
    ])
      await attempt(`file:${words[0]}`, ['file', ...words, hurt], text)
    await attempt(
      'gateway:diff',
      ['gateway', 'diff', hurt, '--verbose', '1', '--kong-addr', gateway.admin],
      text,
    )
  }
  runs.stop()
  relay.close()
  await gateway.stop()
}
