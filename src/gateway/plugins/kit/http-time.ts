/**
 * Dates of HTTP headers as nginx reads them: three forms, always GMT whatever follows the time. Other forms
 * are invalid, although `Date.parse` accepts some.
 */
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const forms = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  /^[^,]*, *(?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)/,
  // Sunday, 06-Nov-94 08:49:37 GMT
  /^[^,]*, *(?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)/,
  // Sun Nov  6 08:49:37 1994
  /^[A-Za-z]+ (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d) (?<year>\d{4})/,
]

/** @returns seconds since 1970; undefined for an invalid date */
export function parseHttpTime(text: string | undefined): number | undefined {
  for (const form of forms) {
    const { day, month = '', year, hour, minute, second } = form.exec(text ?? '')?.groups ?? {}
    const monthIndex = months.indexOf(month)
    if (monthIndex === -1) continue
    const [years, days] = [fullYear(Number(year)), Number(day)]
    const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second)]
    const isTime = hours < 24 && minutes < 60 && seconds < 60
    const date = new Date(Date.UTC(years, monthIndex, days, hours, minutes, seconds))
    return isTime && date.getUTCDate() === days ? date.getTime() / 1000 : undefined
  }
  return undefined
}

/** Two digits from 70 on are of the last century. */
const fullYear = (year: number): number => (year > 99 ? year : year < 70 ? 2000 + year : 1900 + year)
