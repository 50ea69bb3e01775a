// An OpenAPI document with a given number of operations, always the same for the same number: two for each
// path, with parameters, a body and responses, as generators write them.
export function openApiDocument(operations) {
  const paths = Array.from({ length: operations / 2 }, (_, n) => {
    const methods = ['get', 'put'].map(method => operation(method, n)).join('')
    return `  /things-${n}/{id}:\n${methods}`
  })
  return `openapi: 3.0.3
info:
  title: Many operations
  version: 1.0.0
servers:
  - url: https://api.example.com/v1
paths:
${paths.join('')}components:
  schemas:
    Thing:
      type: object
      properties:
        id:
          type: string
        name:
          type: string
`
}

const operation = (method, n) => `    ${method}:
      operationId: ${method}Thing${n}
      summary: "${method} thing ${n}"
      description: |
        What is known of thing ${n},
        in two lines.
      tags:
        - things
      parameters:
        - name: id
          in: path
          required: true
          schema:
            type: string
      responses:
        '200':
          description: OK
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Thing'
`
