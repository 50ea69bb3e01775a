export { Lint as default } from '../../cli/file-operations/lint.ts'
