/**
 * The packaged browser needs nothing of the machine: its pages are drawn with the package's font, whatever
 * fonts are installed.
 */
import { expect, test } from 'vitest'
import { startBrowser } from '../support/browser.ts'

const fits = process.platform === 'linux' && process.arch === 'x64'

test.runIf(fits)('the packaged browser draws with its own font', async () => {
  const browser = await startBrowser('packaged')
  try {
    const page = await browser.newPage()
    await page.setContent(
      '<p style="font-family: sans-serif">sans</p><p style="font-family: monospace">mono</p>',
    )
    const session = await page.context().newCDPSession(page)
    await session.send('DOM.enable')
    await session.send('CSS.enable')
    const { root } = await session.send('DOM.getDocument')
    const { nodeIds } = await session.send('DOM.querySelectorAll', { nodeId: root.nodeId, selector: 'p' })
    expect(nodeIds).toHaveLength(2)
    for (const nodeId of nodeIds) {
      const { fonts } = await session.send('CSS.getPlatformFontsForNode', { nodeId })
      expect(fonts.map(({ familyName }) => familyName)).toEqual(['Open Sans'])
    }
  } finally {
    await browser.close()
  }
})
