export { Merge as default } from '../../cli/file-operations/merge.ts'
