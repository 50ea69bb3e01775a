export { addPlugins as default } from '../../cli/file-operations/add-plugins.ts'
