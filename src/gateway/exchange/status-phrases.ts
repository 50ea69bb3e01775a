/**
 * The words beside a status, where the gateway answers itself: nginx's, which has none for many of them
 * (recorded). Those of upstreams are passed on.
 */
import { STATUS_CODES } from 'node:http'

/** Where nginx's words are not those of today's standard; empty where it has none. */
const others: Readonly<Record<number, string>> = {
  203: '',
  205: '',
  302: 'Moved Temporarily',
  305: '',
  405: 'Not Allowed',
  407: '',
  408: 'Request Time-out',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Large',
  416: 'Requested Range Not Satisfiable',
  417: '',
  418: '',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
  506: '',
}

/** Further statuses that nginx knows. */
const isKnown = (status: number): boolean =>
  status < 309 ||
  (status >= 400 && status < 417) ||
  [421, 429].includes(status) ||
  (status >= 500 && status < 508)

export const reasonOf = (status: number): string =>
  others[status] ?? (isKnown(status) ? (STATUS_CODES[status] ?? '') : '')
