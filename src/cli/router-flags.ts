/** Flags of commands that route requests by the files alone. */
import * as Flags from '@oclif/core/flags'
import { routerFlavors, stockFlavor } from '../entities/expressions/router-flavors.ts'

export const routerFlags = {
  flavor: Flags.string({
    description: 'router_flavor of Kong',
    helpGroup: 'CHECK',
    options: [...routerFlavors],
    default: stockFlavor,
    env: 'DECK_ROUTER_FLAVOR',
  }),
  state: Flags.string({
    char: 's',
    description: 'state file or folder, in place of FILE (repeatable)',
    helpValue: 'FILE',
    helpGroup: 'INPUT',
    multiple: true,
  }),
} as const
