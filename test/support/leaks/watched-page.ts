/**
 * Searches what the Manager's page leaves behind in a browser for the secrets of its gateway: addresses, which
 * the history keeps, the title, the console, and the storage. What the page shows is what it is for.
 */
import type { Page } from 'playwright-core'
import { findings } from './findings.ts'
import { learnFromGateway, learnText, searchTexts } from './watched-run.ts'

interface Watched {
  readonly page: Page
  /** `console` → all that was written to it, and so on. */
  readonly texts: Map<string, string>
}

const watched = new Set<Watched>()

export function watchPage(page: Page): void {
  const texts = new Map<string, string>()
  const add = (place: string, text: string): void => {
    texts.set(place, `${texts.get(place) ?? ''}${text}\n`)
  }
  const one = { page, texts }
  watched.add(one)
  findings.searches.add(searchPages)
  page.on('console', message => add('the console', message.text()))
  page.on('framenavigated', frame => add('an address', frame.url()))
  page.on('request', request => {
    add('the address of a request', request.url())
    learnBody(request.postData() ?? '')
  })
  const close = page.close.bind(page)
  page.close = async options => {
    await look(one)
    await close(options)
  }
}

async function searchPages(): Promise<void> {
  for (const one of watched) {
    const { page, texts } = one
    // A page of an earlier test, which nothing was done with since.
    if (texts.size === 0) continue
    await look(one)
    const origin = /^https?:\/\/[^/]+/.exec(page.url())?.[0]
    if (origin !== undefined) await learnFromGateway(`${origin}/api/admin`)
    searchTexts('the Manager in a browser', texts)
    texts.clear()
    if (page.isClosed()) watched.delete(one)
  }
}

/** A text, because the tests know no types of browsers. */
const script = `({
  title: document.title,
  storage: JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
  history: JSON.stringify(history.state),
  cookie: document.cookie,
})`

/** What the page keeps at this moment. */
async function look({ page, texts }: Watched): Promise<void> {
  if (page.isClosed() || !page.url().startsWith('http')) return
  // The page may be on its way to another address, which is looked at the next time.
  const kept = await page.evaluate<Record<string, string>>(script).catch(() => ({}))
  for (const [place, text] of Object.entries(kept)) texts.set(place, text)
}

/** An entity; or `{ text }`, a state file. */
function learnBody(text: string): void {
  learnText(text)
  if (text.startsWith('{"text"')) learnText(String(JSON.parse(text).text))
}
