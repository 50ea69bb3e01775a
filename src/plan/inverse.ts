/**
 * A relation of steps the other way round.
 *
 * @param targetsOf the steps that a step needs, or cascades from
 * @returns for each of them the steps that do so, in the order of `steps`
 */
export function inverse<S>(steps: readonly S[], targetsOf: (step: S) => Iterable<S>): Map<S, S[]> {
  const sources = new Map<S, S[]>()
  for (const step of steps) {
    for (const target of targetsOf(step)) {
      const list = sources.get(target)
      if (list === undefined) sources.set(target, [step])
      else list.push(step)
    }
  }
  return sources
}
