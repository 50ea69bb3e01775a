export { Explain as default } from '../cli/explain-command.ts'
