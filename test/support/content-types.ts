/** One set of values as the bodies that an Admin API takes: JSON, a form, multipart. */

export interface EncodedBody {
  readonly contentType: string
  readonly body: string
}

const boundary = 'a-boundary-that-no-value-contains'

/** `a.b=1`, `a[]=1`: how nested values stand in a form. */
function flat(value: unknown, name: string): [string, string][] {
  if (Array.isArray(value)) return value.flatMap(item => flat(item, `${name}[]`))
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => flat(item, name === '' ? key : `${name}.${key}`))
  }
  return [[name, value === null ? '' : String(value)]]
}

export const encodings: Readonly<Record<string, (values: object) => EncodedBody>> = {
  JSON: values => ({ contentType: 'application/json', body: JSON.stringify(values) }),
  form: values => ({
    contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams(flat(values, '')).toString(),
  }),
  multipart: values => ({
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: [
      ...flat(values, '').map(
        ([name, value]) =>
          `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      ),
      `--${boundary}--\r\n`,
    ].join(''),
  }),
}
