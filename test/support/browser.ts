/**
 * A real Chromium for the tests of the Manager: the system's where there is one (`DECK_TEST_BROWSER` names another), else the one that the npm package
 * @sparticuz/chromium carries, with the libraries that it needs. Nothing is downloaded, and nothing is skipped where neither starts: the tests fail.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { repository } from './binary.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge']

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

interface Program {
  readonly path: string
  readonly env: Readonly<Record<string, string>>
}

function ofTheSystem(): Program | undefined {
  const given = process.env['DECK_TEST_BROWSER']
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const all = folders.flatMap(folder => names.map(name => join(folder, name)))
  const path = given ?? all.find(one => existsSync(one))
  return path === undefined || path === 'packaged' ? undefined : { path, env: {} }
}

/** Unpacked once, whole or not at all: several test files may begin at the same time. */
function packaged(): Program {
  const folder = join(repository, 'node_modules/.cache/chromium-147')
  if (!existsSync(join(folder, 'chromium'))) {
    const parent = join(repository, 'node_modules/.cache')
    mkdirSync(parent, { recursive: true })
    const unpacked = mkdtempSync(join(parent, 'unpacking-'))
    // The package unpacks into the system's temporary folder, its libraries only where it takes itself for Amazon's: both are said by variables.
    const script = "import('@sparticuz/chromium').then(({ default: one }) => one.executablePath())"
    const env = { ...process.env, TMPDIR: unpacked, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' }
    const { status, stderr } = spawnSync(process.execPath, ['-e', script], {
      cwd: repository,
      env,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`@sparticuz/chromium could not be unpacked: ${stderr}`)
    try {
      renameSync(unpacked, folder)
    } catch (error) {
      rmSync(unpacked, { recursive: true, force: true })
      if (!existsSync(join(folder, 'chromium'))) throw error
    }
  }
  const libraries = join(folder, 'al2023/lib')
  return {
    path: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: join(folder, 'fonts') },
  }
}

export async function startBrowser(): Promise<Browser> {
  const { path, env } = ofTheSystem() ?? packaged()
  // Each has a folder of its own for what it keeps.
  const home = mkdtempSync(join(tmpdir(), 'deck-browser-'))
  const browser = await chromium.launch({
    executablePath: path,
    args: flags,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, ...env },
  })
  browser.once('disconnected', () => rmSync(home, { recursive: true, force: true, maxRetries: 3 }))
  return browser
}

export interface OpenPage {
  readonly page: Page
  /** What the browser complained of: an error of the page's own, something that the Content-Security-Policy kept out. */
  readonly complaints: readonly string[]
}

/** A page of its own, as if nobody had been there before. */
export async function openPage(
  browser: Browser,
  options: { readonly colorScheme?: 'light' | 'dark' } = {},
): Promise<OpenPage> {
  const page = await (
    await browser.newContext({ ...options, viewport: { width: 1280, height: 900 } })
  ).newPage()
  page.setDefaultTimeout(20_000)
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => {
    // That an answer is 404 or 400 is the page's business.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text())
  })
  return { page, complaints }
}
