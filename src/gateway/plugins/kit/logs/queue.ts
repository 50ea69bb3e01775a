/**
 * A queue of entries that are sent in batches, and again where that failed, while requests go on (behaviour:
 * Kong 3.9.1's `kong.tools.queue`).
 */

export interface QueueOptions {
  readonly maxBatch: number
  /** Seconds that the first entry of a batch waits for others. */
  readonly maxDelay: number
  /** Beyond them the oldest are dropped. */
  readonly maxEntries: number
  /** Bytes of all entries that wait; null: any. */
  readonly maxBytes: number | null
  /** Seconds after which a batch is dropped. */
  readonly maxRetryTime: number
  /** Seconds before the first retry; each further one waits twice as long. */
  readonly firstRetry: number
  readonly longestRetry: number
}

export interface Queue {
  add(entry: string): void
  /** Sends waiting entries immediately; resolves when all are sent or dropped. */
  drain(): Promise<void>
}

/** A wait that other code can end. */
function createAlarm() {
  let ring = () => {}
  return {
    sleep: (seconds: number): Promise<void> =>
      new Promise(resolve => {
        const timer = setTimeout(resolve, seconds * 1000)
        timer.unref()
        ring = () => {
          clearTimeout(timer)
          resolve()
        }
      }),
    wake: (): void => ring(),
  }
}

/** @param send throws where the batch did not arrive */
export function createQueue(
  options: QueueOptions,
  send: (entries: readonly string[]) => Promise<void>,
  log: (line: string) => void,
): Queue {
  const { sleep, wake } = createAlarm()
  const entries: string[] = []
  let bytes = 0
  let isDraining = false
  let running: Promise<void> | undefined

  const drop = (count: number) => {
    for (const entry of entries.splice(0, count)) bytes -= Buffer.byteLength(entry)
  }
  const run = async () => {
    while (entries.length > 0) {
      if (!isDraining && entries.length < options.maxBatch) await sleep(options.maxDelay)
      const batch = entries.slice(0, options.maxBatch)
      drop(batch.length)
      if (batch.length > 0) await deliver(batch)
    }
    running = undefined
  }
  const deliver = async (batch: readonly string[]) => {
    const start = performance.now()
    for (let retry = 0; ; retry++) {
      try {
        return await send(batch)
      } catch (error) {
        log(`handler could not process entries: ${error instanceof Error ? error.message : String(error)}`)
      }
      if (isDraining || (performance.now() - start) / 1000 > options.maxRetryTime)
        return log(
          `could not send entries due to max_retry_time exceeded. ${batch.length} queue entries were lost`,
        )
      await sleep(Math.min(options.longestRetry, options.firstRetry * 2 ** retry))
    }
  }
  const makeRoom = (size: number) => {
    if (entries.length >= options.maxEntries) {
      log('queue full, dropping old entries until processing is successful again')
      drop(1)
    }
    const { maxBytes } = options
    let dropped = 0
    for (; maxBytes !== null && entries.length > 0 && bytes + size > maxBytes; dropped++) drop(1)
    if (dropped > 0) log(`byte capacity exceeded, ${dropped} queue entries were dropped`)
  }
  return {
    add: entry => {
      const size = Buffer.byteLength(entry)
      if (options.maxBytes !== null && size > options.maxBytes)
        return log(
          `string to be queued is longer (${size} bytes) than the queue's max_bytes (${options.maxBytes} bytes)`,
        )
      makeRoom(size)
      entries.push(entry)
      bytes += size
      if (entries.length >= options.maxBatch) wake()
      running ??= Promise.resolve().then(run)
    },
    drain: async () => {
      isDraining = true
      wake()
      await running
    },
  }
}
