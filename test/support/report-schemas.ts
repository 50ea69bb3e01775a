/** Whether reports are what their formats require. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { validateXML } from 'xmllint-wasm'
import { repository } from './binary.ts'

const ajv = new Ajv({ allErrors: true })
formats.default(ajv)

const jsonSchema = (path: string) => ajv.compile(JSON.parse(readFileSync(join(repository, path), 'utf8')))

const isDocument = jsonSchema('docs/report.schema.json')
const isSarif = jsonSchema('test/support/schemas/sarif.schema.json')
const junit = readFileSync(join(repository, 'test/support/schemas/junit.xsd'), 'utf8')

type Problems = Promise<readonly string[]>

const jsonProblems = (isValid: typeof isSarif) => async (text: string) =>
  isValid(JSON.parse(text))
    ? []
    : (isValid.errors ?? []).map(error => `${error.instancePath} ${error.message}`)

/** What is wrong with the text of a report; nothing for Markdown and HTML, which have no schema. */
export const schemaProblems: Readonly<Record<string, (text: string) => Problems>> = {
  json: jsonProblems(isDocument),
  drift: jsonProblems(jsonSchema('docs/drift.schema.json')),
  sarif: jsonProblems(isSarif),
  junit: async text => {
    const { errors } = await validateXML({
      xml: [{ fileName: 'report.xml', contents: text }],
      schema: [junit],
    })
    return errors.map(({ message }) => message)
  },
}
