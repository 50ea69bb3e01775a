export { Schema as default } from '../../cli/file-operations/schema.ts'
