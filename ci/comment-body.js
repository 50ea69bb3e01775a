// A report that is too long for where it goes is cut between its changes, so that its Markdown stays whole.
// Deletes come first in a report, and are the last to be cut.

const fold = '\n\n<details>'

/**
 * @param {string} text Markdown of a report
 * @param {number} most characters
 * @param {string} pointer where the whole report is
 */
export function shortened(text, most, pointer) {
  if (text.length <= most) return text
  const [head = '', ...entries] = text.split(fold)
  const footer = left =>
    `\n\n> [!IMPORTANT]\n> The report is too long for this place: ${left} more changes are not shown. ${pointer}\n`
  const room = most - footer(entries.length).length
  // A list of problems may be too long by itself.
  let kept = head.length <= room ? head : `${head.slice(0, head.lastIndexOf('\n', room))}`
  let count = 0
  for (const entry of entries) {
    // A title of a section stands after the entry before it.
    if (head.length > room || kept.length + fold.length + entry.length > room) break
    kept += fold + entry
    count += 1
  }
  return kept.replace(/\n+#### [^\n]*\s*$/, '').trimEnd() + footer(entries.length - count)
}
