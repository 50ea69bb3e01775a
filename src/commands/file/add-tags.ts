export { addTags as default } from '../../cli/file-operations/add-tags.ts'
