/** How oauth2 is configured. */
import type { ConfigOf } from '../../../entities/language/entity-of.ts'
import type { oauth2 } from '../../../entities/plugins/oauth2.ts'

export type Config = ConfigOf<typeof oauth2>
