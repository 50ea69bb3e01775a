/**
 * A real Chromium for the tests of the Manager. On Linux it comes from the npm package `@sparticuz/chromium`,
 * with its libraries and font: the machine needs neither a browser nor fonts. On other systems, and if
 * `DECK_TEST_BROWSER` names a program, it is an installed one. Nothing is downloaded. If no browser starts,
 * the tests fail.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { repository } from './binary.ts'
import { watchPage } from './leaks/watched-page.ts'

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
  /** What it needs of its environment, with the folder that it may write to. */
  env(home: string): NodeJS.ProcessEnv
}

const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'microsoft-edge']

/** Where installers put Chrome and Edge on systems that do not put programs on the PATH. */
function usualPlaces(): string[] {
  const macOs = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
    name => `/Applications/${name}.app/Contents/MacOS/${name}`,
  )
  const windows = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA']
    .flatMap(name => process.env[name] ?? [])
    .flatMap(folder => [
      join(folder, 'Google/Chrome/Application/chrome.exe'),
      join(folder, 'Microsoft/Edge/Application/msedge.exe'),
    ])
  return [...macOs, ...windows]
}

function installed(): Program {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const onPath = folders.flatMap(folder => names.map(name => join(folder, name)))
  const path = [...onPath, ...usualPlaces()].find(one => existsSync(one))
  if (path === undefined) {
    throw new Error(
      'no Chromium, Chrome or Edge found: install one, or name its program in DECK_TEST_BROWSER',
    )
  }
  return { path, env: () => process.env }
}

/** Unpacked once, whole or not at all: several test files may begin at the same time. */
function unpack(): string {
  const { version } = JSON.parse(
    readFileSync(join(repository, 'node_modules/@sparticuz/chromium/package.json'), 'utf8'),
  )
  const parent = join(repository, 'node_modules/.cache')
  const folder = join(parent, `chromium-${version}`)
  if (existsSync(folder)) return folder
  mkdirSync(parent, { recursive: true })
  const unpacked = mkdtempSync(join(parent, 'unpacking-'))
  // The package unpacks into the folder of TMPDIR, and its libraries only if variables say that it runs on AWS.
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
    if (!existsSync(folder)) throw error
  }
  return folder
}

const escaped = (path: string): string => path.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/**
 * The package's own settings name folders that only Amazon's machines have: without a font, Chromium ends at
 * its first page.
 */
const fontSettings = (fonts: string, cache: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${escaped(fonts)}</dir>
  <cachedir>${escaped(cache)}</cachedir>
</fontconfig>
`

function packaged(): Program {
  const folder = unpack()
  const env = (home: string) => {
    const settings = join(home, 'fonts.conf')
    writeFileSync(settings, fontSettings(join(folder, 'fonts/fonts'), join(home, 'fonts-cache')))
    return { LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_FILE: settings }
  }
  return { path: join(folder, 'chromium'), env }
}

/** `DECK_TEST_BROWSER`: a program's path, `packaged` or `installed`. */
function program(wanted: string | undefined): Program {
  if (wanted === 'installed') return installed()
  if (wanted !== undefined && wanted !== 'packaged') return { path: wanted, env: () => process.env }
  const isPackaged = process.platform === 'linux' && process.arch === 'x64'
  return isPackaged || wanted === 'packaged' ? packaged() : installed()
}

export async function startBrowser(wanted = process.env['DECK_TEST_BROWSER']): Promise<Browser> {
  const { path, env } = program(wanted)
  // Each has a folder of its own for what it keeps.
  const home = mkdtempSync(join(tmpdir(), 'deck-browser-'))
  const browser = await chromium.launch({
    executablePath: path,
    args: flags,
    env: { ...env(home), HOME: home },
  })
  browser.once('disconnected', () => rmSync(home, { recursive: true, force: true, maxRetries: 3 }))
  return browser
}

export interface OpenPage {
  readonly page: Page
  /**
   * What the browser complained of: an error of the page's own, something that the Content-Security-Policy
   * kept out.
   */
  readonly complaints: readonly string[]
}

/** A page of its own, without anything of an earlier visit. */
export async function openPage(
  browser: Browser,
  options: { readonly colorScheme?: 'light' | 'dark' } = {},
): Promise<OpenPage> {
  const page = await (
    await browser.newContext({ ...options, viewport: { width: 1280, height: 900 } })
  ).newPage()
  page.setDefaultTimeout(20_000)
  watchPage(page)
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => {
    // That an answer is 404 or 400 is the page's business.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text())
  })
  return { page, complaints }
}
