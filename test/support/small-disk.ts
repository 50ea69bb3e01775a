/** A disk of its own that is soon full: a tmpfs, which only root may mount. */
import { spawnSync } from 'node:child_process'
import { statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { newFolder } from './binary.ts'

const mount = (...argv: string[]): boolean => spawnSync('mount', argv).status === 0
const unmount = (folder: string): boolean => spawnSync('umount', ['-l', folder]).status === 0

function canMount(): boolean {
  const folder = newFolder()
  return mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder) && unmount(folder)
}

/** Undefined where the machine allows it; else why tests with small disks are skipped. */
export const noSmallDisk: string | undefined =
  process.platform !== 'linux' || process.getuid?.() !== 0
    ? 'NOT TESTED with a full disk: only root on Linux may mount one'
    : canMount()
      ? undefined
      : 'NOT TESTED with a full disk: this machine does not let a tmpfs be mounted'

export interface SmallDisk {
  readonly folder: string
  /** Takes what room there is. */
  fill(): void
  remount(options: string): void
}

/** Gone when the test is. */
export function smallDisk(kilobytes: number): SmallDisk {
  const folder = newFolder()
  mount('-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder)
  onTestFinished(() => {
    unmount(folder)
  })
  return {
    folder,
    fill: () => {
      const { bavail, bsize } = statfsSync(folder)
      writeFileSync(join(folder, `filled-${Date.now()}`), new Uint8Array(bavail * bsize))
    },
    remount: options => {
      if (!mount('-o', `remount,${options}`, folder))
        throw new Error(`remounting ${folder} (${options}) failed`)
    },
  }
}
