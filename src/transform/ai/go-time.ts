/** Plain texts that go-yaml takes for a time, and what Go's JSON says of them. */

const form =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt](\d\d?):(\d\d?):(\d\d?)(?:[.,](\d+))?(Z|[-+]\d\d:\d\d))| +(\d\d?):(\d\d?):(\d\d?)(?:[.,](\d+))?)?$/

/**
 * @returns undefined for what is no time
 * @example goTime('2023-06-01') // '2023-06-01T00:00:00Z'
 */
export function goTime(text: string): string | undefined {
  const parts = form.exec(text)
  if (parts === null) return undefined
  const [, year = '', month = '', day = ''] = parts
  const [hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] =
    parts[4] === undefined ? parts.slice(9) : parts.slice(4, 9)
  const date = [year, month.padStart(2, '0'), day.padStart(2, '0')].join('-')
  const time = [hour, minute, second].map(number => number.padStart(2, '0')).join(':')
  if (!isDay(date) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const digits = fraction.slice(0, 9).replace(/0+$/, '')
  return `${date}T${time}${digits === '' ? '' : `.${digits}`}${/^[-+]00:00$/.test(zone) ? 'Z' : zone}`
}

/** Not the 30th of February. */
function isDay(date: string): boolean {
  const time = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(date)
}
