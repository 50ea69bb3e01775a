/** Health counters: what in a row makes a target healthy or not. */
import { describe, expect, it } from 'vitest'
import {
  type Counters,
  fresh,
  type Report,
  reported,
  setManually,
  type Thresholds,
} from '../../src/gateway/health/health.ts'

const thresholds: Thresholds = { successes: 2, tcp_failures: 2, http_failures: 3, timeouts: 1 }

const healthyAfter = (
  reports: readonly Report[],
  from: Counters = fresh,
  limits: Thresholds = thresholds,
): boolean => reports.reduce((counters, report) => reported(counters, report, limits), from).healthy

describe('a healthy target', () => {
  it.each<[readonly Report[], boolean]>([
    [['http_failure', 'http_failure'], true],
    [['http_failure', 'http_failure', 'http_failure'], false],
    [['http_failure', 'http_failure', 'success', 'http_failure'], true],
    [['tcp_failure', 'http_failure', 'tcp_failure'], false],
    [['timeout'], false],
  ])('%j leaves it healthy: %s', (reports, healthy) => {
    expect(healthyAfter(reports)).toBe(healthy)
  })

  it('is not watched where thresholds are 0', () => {
    const none = { successes: 0, tcp_failures: 0, http_failures: 0, timeouts: 0 }
    expect(healthyAfter(['tcp_failure', 'timeout', 'http_failure'], fresh, none)).toBe(true)
  })
})

describe('an unhealthy target', () => {
  it.each<[readonly Report[], boolean]>([
    [['success'], false],
    [['success', 'success'], true],
    [['success', 'tcp_failure', 'success'], false],
  ])('%j makes it healthy: %s', (reports, healthy) => {
    expect(healthyAfter(reports, setManually(false))).toBe(healthy)
  })

  it('never comes back by itself where successes are not counted', () => {
    expect(
      healthyAfter(['success', 'success', 'success'], setManually(false), { ...thresholds, successes: 0 }),
    ).toBe(false)
  })
})
