import { reconcileCommand } from '../../cli/reconcile-command.ts'

export default reconcileCommand('plan', 'long')
