/**
 * One of several processes of the proxy. It serves requests as a single process does. For everything that
 * must hold for all workers (counters, health, the configuration) it calls the process that started it.
 */
import type { Socket } from 'node:net'
import type { Together } from '../data-plane.ts'
import { type Counters, fresh } from '../health/health.ts'
import type { HealthKeeper, PeerPlace } from '../health/keeper.ts'
import { createDataPlane, type ProxyDataPlane } from '../proxy/data-plane.ts'
import { realSurroundings } from '../store/surroundings.ts'
import { followChanges } from './entity-changes.ts'
import type { FromWorker, HealthBoard, ToWorker } from './messages.ts'
import { recordsOf, remoteRecords } from './records.ts'
import { createRemote, type Remote } from './shared-client.ts'

export interface Channel {
  send(message: FromWorker): void
  /** No more messages follow. */
  close(): void
}

/** Milliseconds between two reports of figures, if they changed. */
const figuresEvery = 100

export interface Worker {
  /** @param socket of a connection */
  take(message: ToWorker, socket?: Socket): void
  /** @param graceMs so long requests under way may take to end */
  close(graceMs: number): Promise<void>
}

export function createWorker(channel: Channel): Worker {
  const remote = createRemote(calls => channel.send({ what: 'calls', calls }))
  const health = healthFrom(channel)
  const followed = followChanges()
  let plane: ProxyDataPlane | undefined
  let figures: NodeJS.Timeout | undefined
  let isClosing = false
  const close = async (graceMs: number) => {
    if (isClosing) return
    isClosing = true
    clearInterval(figures)
    await plane?.close(graceMs)
    remote.flush()
    if (plane !== undefined) sendFigures(plane, channel)
    channel.close()
  }
  const take = (message: ToWorker, socket?: Socket) => {
    switch (message.what) {
      case 'start':
        plane = startPlane(message, channel, remote, health.keeper)
        figures = setInterval(figuresOf(plane, channel), figuresEvery).unref()
        return
      case 'state':
        if (message.changes.length > 0) plane?.configure(followed.apply(message.changes))
        if (health.replace(message.health))
          for (const balancer of plane?.balancers().values() ?? []) balancer.followKeeper()
        return channel.send({ what: 'acting', at: message.at })
      case 'connection':
        channel.send({ what: 'took', id: message.id })
        // Without one its client has left meanwhile.
        return socket && plane?.accept(socket, message.isTls)
      case 'results':
        return remote.answered(message.results)
      case 'close':
        return void close(message.graceMs)
    }
  }
  return { take, close }
}

function startPlane(
  { options, fallback }: Extract<ToWorker, { what: 'start' }>,
  channel: Channel,
  remote: Remote,
  health: HealthKeeper,
): ProxyDataPlane {
  const together: Together = { share: remote.share, health, probes: false, fallback }
  const written = remote.share(recordsOf(undefined, async () => {}))
  const records = remoteRecords(written, realSurroundings.secret)
  return createDataPlane({ ...options, records, together, log: line => channel.send({ what: 'log', line }) })
}

/**
 * The health that the first process sent last. Reports go to that process, which sends back the result of all
 * reports.
 */
function healthFrom(channel: Channel) {
  let board = new Map<string, Counters>()
  const keyOf = ({ upstreamId, target, ip, port }: PeerPlace) => `${upstreamId}|${target}|${ip}|${port}`
  const keeper: HealthKeeper = {
    first: place => board.get(keyOf(place)) ?? fresh,
    heard: (_peer, place, report) => {
      if (report !== undefined) channel.send({ what: 'report', place, report })
    },
    peersChanged: () => {},
  }
  return {
    keeper,
    /** @returns whether there is anything to look at */
    replace: (latest: HealthBoard): boolean => {
      const isNew = board.size > 0 || latest.length > 0
      board = new Map(latest.map(([place, counters]) => [keyOf(place), counters]))
      return isNew
    },
  }
}

/** @returns a function that sends the figures if requests or connections changed since the last call */
function figuresOf(plane: ProxyDataPlane, channel: Channel): () => void {
  let lastSent = ''
  return () => {
    const now = JSON.stringify(plane.traffic?.())
    if (now === lastSent) return
    lastSent = now
    sendFigures(plane, channel)
  }
}

function sendFigures(plane: ProxyDataPlane, channel: Channel): void {
  const traffic = plane.traffic?.()
  if (traffic === undefined) return
  const { heapUsed } = process.memoryUsage()
  channel.send({ what: 'figures', figures: { traffic, targets: plane.targetTraffic(), heapUsed } })
}
