/** The routes of the HTTP router; routes of streams (tcp, tls, udp) are left out. */
import type { Route } from '../../entities/kinds/route.ts'

/** gRPC's are among them, so that a client that comes without gRPC gets the answer that Kong gives. */
export const isForHttp = ({ protocols }: Route): boolean => protocols.some(one => /^(http|grpc)s?$/.test(one))

/** @param layer of a map that changes a little at a time: what is undefined was removed */
export const httpRoutes = (layer: ReadonlyMap<string, Route | undefined>): Route[] =>
  [...layer.values()].filter((route): route is Route => route !== undefined && isForHttp(route))
