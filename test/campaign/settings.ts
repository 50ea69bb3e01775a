/** How much a campaign tries. The same seed tries the same. */
export const seed = Number(process.env['CAMPAIGN_SEED'] ?? 20261201)

/** 1 takes minutes; 10 takes ten times as long. */
const scale = Number(process.env['CAMPAIGN_SCALE'] ?? 1)

export const times = (count: number): number => Math.max(1, Math.round(count * scale))

/** Park and Miller's numbers. @returns integers from 0 to below the limit */
export function numbersFrom(start: number): (limit: number) => number {
  let state = (start % 2147483646) + 1
  return limit => {
    state = (state * 48271) % 2147483647
    return state % limit
  }
}
