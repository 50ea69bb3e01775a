export { removeTags as default } from '../../cli/file-operations/remove-tags.ts'
