export { OpenApiToKong as default } from '../../cli/file-operations/openapi2kong.ts'
