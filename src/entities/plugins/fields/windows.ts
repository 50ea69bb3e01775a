/** The time windows of limits, shortest first. */
export const windows = ['second', 'minute', 'hour', 'day', 'month', 'year'] as const

export type Window = (typeof windows)[number]

/**
 * A longer window must not allow less than a shorter one (sentence: recorded from Kong 2.8 and 3.9).
 *
 * @param opening how the sentence begins: each plugin has its own
 */
export const limitsInOrder =
  (opening: 'The' | 'the') =>
  (limits: Readonly<Record<string, unknown>>): string | undefined => {
    const given = windows.flatMap(window => {
      const limit = limits[window]
      return typeof limit === 'number' ? [{ window, limit }] : []
    })
    for (const [index, { window, limit }] of given.entries()) {
      const lower = given.slice(index + 1).find(one => one.limit < limit)
      if (lower === undefined) continue
      const longer = `${lower.window}(${lower.limit.toFixed(1)})`
      return `${opening} limit for ${longer} cannot be lower than the limit for ${window}(${limit.toFixed(1)})`
    }
    return undefined
  }
