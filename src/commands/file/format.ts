export { Format as default } from '../../cli/file-operations/format.ts'
