import { describe, expect, it } from 'vitest'
import {
  consistencyPath,
  emptyRoot,
  inclusionPath,
  isConsistent,
  isIncluded,
  leafHash,
  nodeHash,
  type ReadNode,
  rootOf,
} from './merkle.ts'

// The eight leaves, roots and paths of the reference tests of Certificate Transparency (RFC 6962).
const inputs = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const leaves = inputs.map((hex) => leafHash(Buffer.from(hex, 'hex')))
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

const readNode: ReadNode = async (height, index) => {
  if (height === 0) return leaves[Number(index)]!
  return nodeHash(await readNode(height - 1, index * 2n), await readNode(height - 1, index * 2n + 1n))
}
const hex = (path: readonly Buffer[]) => path.map((step) => step.toString('hex'))

describe('the tree of RFC 6962', () => {
  it('has the published roots', async () => {
    expect(emptyRoot.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    for (const [place, root] of roots.entries()) {
      expect((await rootOf(BigInt(place + 1), readNode)).toString('hex')).toBe(root)
    }
  })

  it('has the published inclusion paths', async () => {
    expect(hex(await inclusionPath(0n, 8n, readNode))).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ])
    expect(hex(await inclusionPath(5n, 8n, readNode))).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ])
    expect(hex(await inclusionPath(2n, 3n, readNode))).toEqual([
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    ])
  })

  it('has the published consistency paths', async () => {
    expect(hex(await consistencyPath(1n, 8n, readNode))).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ])
    expect(hex(await consistencyPath(2n, 5n, readNode))).toEqual([
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ])
  })

  it('accepts every path it makes, and none that was changed', async () => {
    for (let size = 1n; size <= 8n; size += 1n) {
      const root = await rootOf(size, readNode)
      for (let index = 0n; index < size; index += 1n) {
        const path = await inclusionPath(index, size, readNode)
        const leaf = leaves[Number(index)]!
        expect(isIncluded(leaf, index, size, path, root)).toBe(true)
        expect(isIncluded(leaf, index + 1n, size, path, root)).toBe(false)
        expect(isIncluded(leaf, index, size, [...path, root], root)).toBe(false)
        for (const [place, step] of path.entries()) {
          const flipped = Buffer.from(step)
          flipped[7]! ^= 1
          expect(isIncluded(leaf, index, size, path.with(place, flipped), root)).toBe(false)
        }
      }
      for (let old = 0n; old <= size; old += 1n) {
        const path = await consistencyPath(old, size, readNode)
        const was = { size: old, root: await rootOf(old, readNode) }
        expect(isConsistent(was, { size, root }, path)).toBe(true)
        if (old > 0n && old < size) {
          expect(isConsistent({ ...was, root }, { size, root }, path)).toBe(false)
          expect(isConsistent(was, { size, root: emptyRoot }, path)).toBe(false)
        }
      }
    }
  })
})
