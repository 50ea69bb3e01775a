export { ExplainFile as default } from '../../cli/file-operations/explain.ts'
