/** Routes for requests about a video that name its id, beside those that make videos (OpenAI's format). */
import type { Values } from '../../entities/language/values.ts'
import { sortedKeys } from '../../file/sorted-keys.ts'
import type { Model } from './document.ts'
import { capabilityWords, type Endpoint, endpointFor } from './endpoints.ts'
import { formatOf, modelRoute } from './model-routes.ts'
import { quoted } from './notes.ts'
import type { Named } from './plugins.ts'

export interface VideoModel {
  readonly model: Model
  readonly endpoint: Endpoint
}

/** Models that make videos, with warnings about requests that may reach another backend than the first did. */
export function videoModels(models: readonly Model[], { notes }: Named): VideoModel[] {
  const sharing = new Map<string, string[]>()
  const found = models.flatMap(model => {
    const name = quoted(model.name)
    const { targets = [], capabilities = [] } = model
    if (!capabilities.flatMap(capabilityWords).includes('video')) return []
    if (targets.length === 0) {
      notes.push(`model ${name}: video lifecycle routes require at least one target; skipping them`)
      return []
    }
    const { endpoint } = endpointFor(formatOf(model), '', 'video')
    if (formatOf(model) !== 'openai' || endpoint === undefined) return []
    if (targets.length > 1) {
      notes.push(
        `model ${name}: video lifecycle route has multiple targets; requests without a model alias may reach a different target than creation`,
      )
    }
    const key = matcherKey(model)
    sharing.set(key, [...(sharing.get(key) ?? []), model.name ?? ''])
    return [{ model, endpoint }]
  })
  for (const names of sharing.values()) {
    if (names.length > 1)
      notes.push(
        `video lifecycle routes for models ${names.join(', ')}: route is shared by multiple video models; emitting overlapping lifecycle routes`,
      )
  }
  return found
}

function matcherKey({ config }: Model): string {
  const { model: _model, name: _name, methods: _methods, ...route } = config?.route ?? {}
  return JSON.stringify(sortedKeys(route))
}

/** Tells such a route from those of the document. */
const lifecycleTag = 'aigw:video-lifecycle'

export function lifecycleRoute({ config }: Model, name: string, bases: readonly string[]): Values {
  const { methods: _methods, ...settings } = config?.route ?? {}
  const paths = bases.flatMap(base => {
    const videos = `${base.replace(/\/+$/, '')}/videos`
    return [videos, `~${videos}/.+`]
  })
  const route = modelRoute(settings, name, paths, ['GET', 'DELETE'])
  return { ...route, tags: [...(settings.tags ?? []), lifecycleTag] }
}
