export { Route as default } from '../../cli/file-operations/route.ts'
