/** Flags of the commands that check files without a gateway. */
import * as Flags from '@oclif/core/flags'
import { routerFlavors } from '../entities/expressions/router-flavors.ts'
import { boolean, env, inGroup, string } from './flag-types.ts'

/** Not from `DECK_FORMAT`, which pipelines set for `dump`. */
export const checkFormatFlag = inGroup('OUTPUT', {
  format: Flags.string({
    description: 'format of the problems (github: annotations)',
    helpValue: 'text|json|sarif|junit|github',
    default: 'text',
  }),
})

export const strictFlag = inGroup('CHECK', { strict: boolean('strict', 'treat every warning as an error') })

export const kongVersionFlag = inGroup('CHECK', {
  'kong-version': string(
    'kong-version',
    'version of Kong for the checks, for example 2.8 or 3.9-enterprise (default: the one that _format_version implies)',
    { value: 'VERSION' },
  ),
})

/** For checks that need no router, but the schema of routes. */
export const flavorFlag = inGroup('CHECK', {
  flavor: Flags.string({
    description: 'router_flavor of Kong (default: the one that the routes need)',
    options: [...routerFlavors],
    ...env('router-flavor'),
  }),
})
