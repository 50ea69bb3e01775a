/** Says once which configured plugins the proxy knows and does not run, so that nobody trusts them. */
import type { EntitySets } from '../data-plane.ts'
import type { Handler } from '../plugins/define.ts'

export function tellNotRun(
  handlers: readonly Handler[],
  log: (line: string) => void,
): (sets: EntitySets) => void {
  const run = new Set(handlers.map(handler => handler.name))
  const said = new Set<string>()
  return sets => {
    for (const { name } of sets.get('plugins')?.values() ?? []) {
      if (typeof name !== 'string' || run.has(name) || said.has(name)) continue
      said.add(name)
      log(
        `plugin ${name} is configured, but this proxy does not run it: requests pass as if it were not there`,
      )
    }
  }
}
