/** Responses of the Admin API: entities, pages of them, and errors. */

export type Values = Readonly<Record<string, unknown>>

/** An entity as Kong prints it. */
export interface Entity extends Values {
  readonly id: string
}

export interface Page {
  readonly data: readonly Entity[]
  /** Where the next page begins; undefined: this is the last. */
  readonly offset: string | undefined
}

export class ApiError extends Error {
  readonly status: number
  /** Kong's `name`: "schema violation", "unique constraint violation". */
  readonly kongName: string
  /** Kong's `fields`: nested as the entity is. */
  readonly fields: Values

  constructor(status: number, body: Values) {
    super(
      typeof body['message'] === 'string' ? body['message'] : `The server answered with status ${status}.`,
    )
    this.status = status
    this.kongName = typeof body['name'] === 'string' ? body['name'] : ''
    this.fields = isRecord(body['fields']) ? body['fields'] : {}
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
