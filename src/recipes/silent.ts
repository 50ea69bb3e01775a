/** A stream that takes everything and shows nothing. */
import { Writable } from 'node:stream'

export const silent = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })
