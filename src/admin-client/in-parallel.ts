/** Many requests, so many at once. */

/** Work on items that are not all known yet. */
export interface Queue<T, R> {
  add(items: readonly T[]): void
  /** No more items come. @returns the results in the order of the items */
  end(): Promise<R[]>
}

interface Limit {
  /** May change while it lasts. */
  readonly limit: number
}

/** Begins as soon as there are items. The first failure stops what has not been started, and is thrown. */
export function queueOf<T, R>(pace: Limit, work: (item: T) => Promise<R>): Queue<T, R> {
  const [items, results]: [T[], R[]] = [[], []]
  let [next, running, isFailed] = [0, 0, false]
  let finish: { resolve: (results: R[]) => void; reject: (error: unknown) => void } | undefined
  let failure: { readonly error: unknown } | undefined
  const fail = (error: unknown): void => {
    isFailed = true
    failure ??= { error }
    finish?.reject(error)
  }
  const go = (): void => {
    if (running === 0 && next >= items.length) finish?.resolve(results)
    while (!isFailed && next < items.length && running < pace.limit) {
      const index = next
      next += 1
      running += 1
      work(items[index] as T)
        .then(result => {
          results[index] = result
          running -= 1
          go()
        })
        .catch(fail)
    }
  }
  return {
    add: more => {
      for (const item of more) items.push(item)
      go()
    },
    end: () =>
      new Promise((resolve, reject) => {
        finish = { resolve, reject }
        if (failure === undefined) go()
        else reject(failure.error)
      }),
  }
}

/**
 * The results in the order of the items. The first failure stops what has not been started, and is thrown.
 */
export function inParallel<T, R>(
  items: readonly T[],
  pace: Limit,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const queue = queueOf(pace, work)
  queue.add(items)
  return queue.end()
}
