/** The server names (`snis`) of certificates: entities of their own, which a certificate lists by name. */
import type { Entity } from '../../../entities/language/define.ts'
import { isRecord } from '../../../entities/language/values.ts'
import { brokenSchema } from '../../store/errors.ts'
import type { Admin, Values } from '../endpoint.ts'
import { findEntity } from '../lookup.ts'

export interface ServerNames {
  of(certificateId: unknown): readonly Entity[]
  /** A certificate with its names; any other body as it is. */
  addTo(body: unknown): unknown
  /** @throws KongError for an invalid, repeated or foreign name */
  check(names: readonly unknown[], certificateId?: string): string[]
  replace(certificateId: string, names: readonly string[]): void
  /** The id of the certificate that has this name, or the id of this name. */
  holder(name: string): string | undefined
}

export function createServerNames({ store, writes }: Pick<Admin, 'store' | 'writes'>): ServerNames {
  const sni = store.schemas.of('sni')
  const of = (id: unknown): readonly Entity[] => store.table('snis').referring('certificate', String(id))
  const holder = (name: string): string | undefined => {
    const certificate = findEntity(sni, name, store)?.['certificate']
    return isRecord(certificate) ? String(certificate['id']) : undefined
  }
  return {
    of,
    holder,
    addTo: body => {
      if (!isRecord(body)) return body
      const snis = of(body['id']).map(one => String(one['name']))
      return { ...body, snis: snis.sort() }
    },
    check: (names, certificateId) => {
      const checked = new Set<string>()
      for (const name of names) {
        if (typeof name !== 'string') throw brokenSchema({ snis: 'expected a list of names' })
        if (checked.has(name)) throw brokenSchema({ snis: `${name} is duplicated` })
        checked.add(name)
      }
      for (const name of [...checked].sort()) {
        const other = holder(name)
        if (other !== undefined && other !== certificateId)
          throw brokenSchema({ snis: `${name} already associated with existing certificate '${other}'` })
      }
      return [...checked]
    },
    replace: (id, names) => {
      const before = of(id)
      for (const name of names) {
        if (!before.some(one => one['name'] === name)) writes.insert(sni, { name, certificate: { id } })
      }
      for (const one of before) if (!names.includes(String(one['name']))) writes.remove(sni, one)
    },
  }
}

/**
 * The input of a PUT, which says all names: none where it lists none; and where it lists some, the one in
 * the path is among them.
 */
export function withName(input: Values, name: string | undefined): Values {
  const { snis } = input
  if (snis === undefined || snis === null) return { ...input, snis: null }
  const names: unknown[] = Array.isArray(snis) ? snis : [snis]
  return { ...input, snis: name === undefined || names.includes(name) ? names : [...names, name] }
}
