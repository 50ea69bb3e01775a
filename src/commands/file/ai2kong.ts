export { AiToKong as default } from '../../cli/file-operations/ai2kong.ts'
