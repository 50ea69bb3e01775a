/** How many requests are under way, against gateways that are formulas. */
import { expect, it } from 'vitest'
import { adaptivePace, fixedPace, most } from '../../src/admin-client/pace.ts'

/** Rounds of answers that take as long as the gateway says for so many at once. */
function play(rounds: number, latency: (limit: number) => number, pace = adaptivePace()): number[] {
  return Array.from({ length: rounds }, () => {
    const { limit } = pace
    for (let answer = 0; answer < limit; answer++) pace.answered(latency(limit), false)
    return pace.limit
  })
}

it('starts where decK always is', () => expect(adaptivePace().limit).toBe(10))

it('grows to its bound where latency is all that there is to wait for', () => {
  expect(play(12, () => 10).at(-1)).toBe(most)
})

it('stays where more at once only take longer', () => {
  // A gateway that does one thing after another, 0.5 ms each.
  expect(Math.max(...play(200, limit => limit * 0.5))).toBeLessThanOrEqual(20)
})

it('finds the point from which on a gateway queues', () => {
  const limits = play(300, limit => 10 * Math.max(1, limit / 30)).slice(-100)
  expect(Math.min(...limits)).toBeGreaterThan(15)
  expect(Math.max(...limits)).toBeLessThanOrEqual(60)
})

it('is halved by trouble, once for all that was sent before, and recovers', () => {
  const pace = adaptivePace()
  play(12, () => 10, pace)
  for (let answer = 0; answer < most; answer++) pace.answered(10, true)
  expect(pace.limit).toBe(most / 2)
  for (let answer = 0; answer < 1000; answer++) pace.answered(10, true)
  expect(pace.limit).toBe(1)
  play(100, () => 10, pace)
  expect(pace.limit).toBe(most)
})

it('does not move where it is fixed', () => {
  const pace = fixedPace(7)
  for (let answer = 0; answer < 100; answer++) pace.answered(10, true)
  expect(pace.limit).toBe(7)
})
