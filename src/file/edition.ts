/**
 * Which Kong a file is for, Kong OSS or Kong Enterprise. The rules of Kong OSS are known here; Kong Enterprise
 * has all of its fields and values, and more.
 */
import { isEnterprisePlugin } from '../entities/enterprise-plugins.ts'
import type { Definition, Field, Version } from '../entities/language/define.ts'
import { sentences } from '../entities/language/messages.ts'
import { openSubschema } from '../entities/language/subschemas.ts'
import { isEnterprise } from '../entities/language/versions.ts'
import { registry } from '../entities/registry.ts'
import type { Diagnostic } from '../errors.ts'
import { valueAt } from './document.ts'
import type { StateFile } from './merge.ts'
import type { FileEntity } from './nesting.ts'
import { type Complaint, isAboutAList, type ReportedComplaint } from './value-problems.ts'

/**
 * `--kong-version 3.9-enterprise` says it, and so does a file with a workspace, with `_konnect`, with a kind
 * or a plugin of Kong Enterprise.
 */
export function isForEnterprise(file: StateFile, asked: Version | undefined): boolean {
  if (asked !== undefined && isEnterprise(asked)) return true
  return (
    file.workspace !== undefined ||
    file.documents.some(({ content }) => content['_konnect'] !== undefined) ||
    file.entities.some(({ definition, values }) => {
      const { name } = openSubschema(definition, values) ?? {}
      return definition.enterprise === true || (name !== undefined && isEnterprisePlugin(name))
    })
  )
}

/**
 * Without the fields and values that Kong Enterprise alone has; references stay, they are checked
 * elsewhere.
 */
export function ofCommunity(definition: Definition): Definition {
  const own = registry.find(({ kind }) => kind === definition.kind)
  if (own === undefined) return definition
  const fields = Object.entries(definition.fields).flatMap(([name, field]): [string, Field][] => {
    if (field.enterprise === true && field.type !== 'foreign') return []
    const known: Readonly<Record<string, Field>> = own.fields
    return [[name, known[name] ?? field]]
  })
  return { ...definition, fields: Object.fromEntries(fields) }
}

/** What is no error of a file for Kong Enterprise; else with a hint where it matters. */
export function byEdition(found: ReportedComplaint, entity: FileEntity, isEnterprise: boolean): Diagnostic {
  const { complaint, diagnostic } = found
  const { definition } = entity
  const isName = /^(did you mean|renamed to)/.test(diagnostic.hint ?? '')
  if (isEnterprise && isOpenMatter(complaint, definition)) {
    const hint = isName ? diagnostic.hint : 'Kong Enterprise may have it, which is not known here'
    return { ...diagnostic, severity: 'warning', ...(hint !== undefined && { hint }) }
  }
  if (isName || !isEnterpriseMatter(complaint, entity)) return diagnostic
  return {
    ...diagnostic,
    hint: 'if the file is for Kong Enterprise, check with --kong-version 3.9-enterprise',
  }
}

/** In Kong Enterprise, plugins and vaults of Kong OSS have additional fields and values. */
const isOpenMatter = (complaint: Complaint, { subschema }: Definition): boolean =>
  subschema !== undefined &&
  (isAboutAList(complaint) || (complaint.path[0] === 'config' && complaint.sentence === sentences.unknown))

function isEnterpriseMatter(complaint: Complaint, { definition, values }: FileEntity): boolean {
  const { path, sentence } = complaint
  if (path[0] === 'config') return sentence === sentences.unknown && isOpenMatter(complaint, definition)
  const field = definition.fields[String(path[0])]
  if (sentence === sentences.unknown) return field?.enterprise === true
  const allowed = field?.elements?.one_of ?? field?.one_of ?? []
  return isAboutAList(complaint) && allowed.some(one => one === valueAt(values, path))
}
