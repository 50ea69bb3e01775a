/**
 * For every kind and each content type: made, read, changed, replaced, deleted; what is not known of a kind
 * comes from the registry.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Definition } from '../../src/entities/language/define.ts'
import { ownerField } from '../../src/entities/language/identity.ts'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { pluginSchema, pluginsAt } from '../../src/entities/plugin-registry.ts'
import type { Gateway } from '../../src/gateway/gateway.ts'
import { ask, askRaw } from '../support/ask.ts'
import { startBareGateway } from '../support/bare-gateway.ts'
import { encodings } from '../support/content-types.ts'
import { requiredOwners, sampleEntity } from '../support/sample-entity.ts'

const versions = [
  { major: 2, minor: 8, text: '2.8.5' },
  { major: 3, minor: 9, text: '3.9.1' },
]

for (const version of versions) {
  const schemas = createSchemas(version, name => pluginSchema(name, version))
  describe(`writes to Kong ${version.text}`, () => {
    let gateway: Gateway
    let made = 0
    beforeAll(async () => {
      gateway = await startBareGateway({ version }, { pluginSchema, pluginsAt })
    })
    afterAll(() => gateway.close())

    /** The path of the kind's collection and what must be in the body, with owners made for it. */
    async function place(definition: Definition): Promise<{ path: string; body: Record<string, unknown> }> {
      const body = sampleEntity(definition, `sample-${++made}`)
      if (definition.subschema !== undefined && definition.subschema.types === undefined) {
        body[definition.subschema.key] = 'key-auth'
      }
      for (const { field, owner } of requiredOwners(definition, schemas)) {
        const sample = {
          ...sampleEntity(owner, `owner-${++made}.example`),
          ...(owner.endpointKey !== undefined && { [owner.endpointKey]: `owner-${made}.example` }),
        }
        const { json } = await ask(gateway.admin, 'POST', `/${owner.adminPath}`, sample)
        if (definition.collection === false && ownerField(definition)?.name === field) {
          return { path: `/${owner.adminPath}/${json['id']}/${definition.adminPath}`, body }
        }
        body[field] = { id: json['id'] }
      }
      return { path: `/${definition.adminPath}`, body }
    }

    for (const definition of schemas.kinds) {
      it.each(Object.entries(encodings))(`${definition.kind} as %s`, async (_name, encode) => {
        const { path, body } = await place(definition)
        const send = (method: string, to: string, values: object) => {
          const encoded = encode(values)
          return askRaw(gateway.admin, method, to, encoded.body, encoded.contentType)
        }
        const created = await send('POST', path, { ...body, tags: ['one'] })
        expect(created.json, created.text).toMatchObject({ tags: ['one'] })
        expect(created.status).toBe(201)
        const one = `${path}/${created.json['id']}`
        expect((await ask(gateway.admin, 'GET', one)).json).toEqual(created.json)
        const changed = await send('PATCH', one, { tags: ['two'] })
        expect(changed.json).toMatchObject({ id: created.json['id'], tags: ['two'] })
        const replaced = await send('PUT', one, { ...body, tags: ['three'] })
        expect(replaced.status, replaced.text).toBe(200)
        expect(replaced.json).toMatchObject({ id: created.json['id'], tags: ['three'] })
        const listed = await ask(gateway.admin, 'GET', path)
        expect(listed.json['data']).toContainEqual(replaced.json)
        expect((await send('POST', path, { ...body, no_such_field: 'x' })).json).toMatchObject({
          code: 2,
          fields: { no_such_field: 'unknown field' },
        })
        expect((await ask(gateway.admin, 'DELETE', one)).status).toBe(204)
        expect((await ask(gateway.admin, 'GET', one)).status).toBe(404)
      })
    }
  })
}
