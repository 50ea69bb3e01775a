export { Render as default } from '../../cli/file-operations/render.ts'
