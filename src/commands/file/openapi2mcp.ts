export { OpenApiToMcp as default } from '../../cli/file-operations/openapi2mcp.ts'
