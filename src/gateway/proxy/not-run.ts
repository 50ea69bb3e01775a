/**
 * Logs once which configured plugins and services of other protocols this proxy does not run, so that no
 * user relies on them.
 */
import type { EntitySets } from '../data-plane.ts'

export function logNotRun(
  /** The names of the plugins that it runs. */
  running: readonly string[],
  log: (line: string) => void,
): (sets: EntitySets) => void {
  const run = new Set(running)
  const said = new Set<string>()
  const sayOnce = (line: string) => {
    if (said.has(line)) return
    said.add(line)
    log(line)
  }
  return sets => {
    for (const { name, enabled } of sets.get('plugins')?.values() ?? []) {
      if (typeof name === 'string' && enabled !== false && !run.has(name)) {
        sayOnce(
          `plugin ${name} is configured, but this proxy does not run it: requests pass as if it were not there`,
        )
      }
    }
    for (const { name, id, protocol } of sets.get('services')?.values() ?? []) {
      if (typeof protocol === 'string' && !/^https?$/.test(protocol)) {
        sayOnce(
          `service ${name ?? id} is of ${protocol}, which this proxy does not carry: who asks for it gets a 501`,
        )
      }
    }
  }
}
