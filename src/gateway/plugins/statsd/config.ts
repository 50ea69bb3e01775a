/** How statsd is configured; fields of 3.x alone are absent in 2.8. */
import type { ConfigOf } from '../../../entities/language/entity-of.ts'
import type { statsd } from '../../../entities/plugins/statsd.ts'

export type Config = ConfigOf<typeof statsd>

export type MetricConfig = NonNullable<Config['metrics']>[number]
export type TagStyle = NonNullable<Config['tag_style']>
