import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeSource } from '../source.contract.ts'
import { fillAndroid, makeAndroid, makeContacts, own, photo } from './fixtures.ts'
import { whatsappBackup } from './index.ts'

describeSource(whatsappBackup, {
  async makeInput(folder) {
    const path = join(folder, 'msgstore.db')
    const db = makeAndroid(path)
    fillAndroid(db)
    db.close()
    makeContacts(join(folder, 'wa.db'))
    const images = join(folder, 'Media', 'WhatsApp Images')
    await mkdir(images, { recursive: true })
    await writeFile(join(images, 'IMG-1.jpg'), photo)
    const input = { files: [path], settings: { custodian: own, media: folder } }
    // Places count in the text that the records of the file make one after the other.
    const parts: Uint8Array[] = []
    const settings = whatsappBackup.settings.parse(input.settings)
    for await (const found of whatsappBackup.capture({ files: input.files, settings, registeredUsers: [] })) {
      if (!('gap' in found)) parts.push(Uint8Array.from(found.bytes))
    }
    return { ...input, contents: [Buffer.concat(parts)] }
  },
})
