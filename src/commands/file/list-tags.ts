export { listTags as default } from '../../cli/file-operations/list-tags.ts'
