import { convertCommand } from '../cli/file-operations/convert.ts'

export default convertCommand('short')
