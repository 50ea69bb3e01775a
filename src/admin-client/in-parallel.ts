/** Many requests, so many at once. */

/**
 * The results in the order of the items. The first failure stops what has not been started, and is thrown.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  /** May change while it lasts. */
  pace: { readonly limit: number },
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  let [next, running] = [0, 0]
  await new Promise<void>((resolve, reject) => {
    const fail = (error: unknown): void => {
      next = items.length
      reject(error)
    }
    const go = (): void => {
      if (running === 0 && next >= items.length) resolve()
      while (next < items.length && running < pace.limit) {
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
    go()
  })
  return results
}
