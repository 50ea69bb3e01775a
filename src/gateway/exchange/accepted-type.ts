/**
 * The content type of the gateway's own responses, as each version of Kong chooses it by `Accept` (source:
 * `kong/tools` and `error_handlers` of both; recorded).
 */
import type { Version } from '../../entities/language/define.ts'
import type { Answer } from './exchange.ts'

export type BodyType = 'json' | 'html' | 'plain' | 'xml' | 'grpc'

/** The request headers that decide the type. */
export interface Wishes {
  readonly accept: string | undefined
  readonly contentType: string | undefined
}

const types: Readonly<Record<string, BodyType>> = {
  'application/json': 'json',
  'text/html': 'html',
  'text/plain': 'plain',
  'application/xml': 'xml',
  'application/grpc': 'grpc',
  'text/*': 'plain',
}

/** JSON for every other type. */
const typeOf = (mediaType: string): BodyType => types[mediaType] ?? 'json'

/**
 * 2.8 responds in JSON without looking at `Accept`. Errors of nginx have the request's content type if the
 * client sends no `Accept`, else plain text.
 */
export function acceptedType(
  { accept, contentType }: Wishes,
  from: Answer['from'],
  version: Version,
): BodyType {
  if (from === 'nginx') {
    const wanted = accept ?? contentType ?? 'text/plain'
    if (wanted.startsWith('application/grpc')) return 'grpc'
    return version.major < 3 ? firstType(wanted) : bestType(wanted, parse3)
  }
  if (version.major < 3) return from === 'kong' ? 'json' : bestType(accept ?? '', parse2)
  return bestType(accept ?? '', parse3)
}

/** The whole header up to the first parameter must be one type: 2.8 does not read lists. */
const firstType = (wanted: string): BodyType => typeOf((wanted.split(';')[0] ?? '').trim())

interface Wanted {
  readonly mediaType: string
  readonly quality: number
}

/** The first of the highest quality, known or not. */
function bestType(accept: string, parse: (value: string) => Wanted | undefined): BodyType {
  let [best, highest]: [BodyType, number] = ['json', 0]
  for (const value of accept.split(',')) {
    const wanted = parse(value)
    if (wanted === undefined || wanted.quality <= highest) continue
    best = typeOf(wanted.mediaType)
    highest = wanted.quality
  }
  return best
}

/** 2.8 takes qualities only with a point in them: `q=0` is as good as none. */
function parse2(value: string): Wanted | undefined {
  let mediaType: string | undefined
  let quality = 1
  for (const part of value.split(';').map(one => one.trim())) {
    if (/^\S+\/\S+$/.test(part)) mediaType = part
    else quality = Number(/^q=(\d*\.\d+)$/i.exec(part)?.[1] ?? quality)
  }
  return mediaType === undefined ? undefined : { mediaType, quality }
}

const word = '[a-z0-9][a-z0-9!#$&^_+.-]+'
const media = new RegExp(`^((?:${word}|\\*)/(?:${word}|\\*))`, 'i')
const parameter = new RegExp(`^\\s*;\\s*(?:q=(1(?:\\.0{0,3})?|0(?:\\.\\d{0,3})?)|${word}(?:=[^;]*)?)`, 'i')

function parse3(value: string): Wanted | undefined {
  const text = value.trim()
  const mediaType = media.exec(text)?.[1]
  if (mediaType === undefined) return undefined
  let quality = 1
  let rest = text.slice(mediaType.length)
  for (let found = parameter.exec(rest); found !== null; found = parameter.exec(rest)) {
    if (found[1] !== undefined) quality = Number(found[1])
    rest = rest.slice(found[0].length)
  }
  return { mediaType, quality }
}
