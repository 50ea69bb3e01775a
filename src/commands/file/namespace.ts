export { namespace as default } from '../../cli/file-operations/namespace.ts'
