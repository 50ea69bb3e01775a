import type { Version } from '../../entities/define.ts'
import type { Journal } from './journal.ts'
export async function openLmdbJournal(_dir: string, _version: Version): Promise<Journal> {
  throw new Error('not yet')
}
