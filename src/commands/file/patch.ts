export { patch as default } from '../../cli/file-operations/patch.ts'
