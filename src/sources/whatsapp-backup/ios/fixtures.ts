/** An iPhone's databases in the shape tools describe, made for tests: people invented. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ann, ben, benLid, group, insert, photo, photoSha256 } from '../fixtures.ts'
import { fileInBackup } from './backup-folder.ts'

const schema = `
CREATE TABLE ZWACHATSESSION (Z_PK INTEGER PRIMARY KEY, ZCONTACTJID VARCHAR, ZPARTNERNAME VARCHAR, ZGROUPINFO INTEGER);
CREATE TABLE ZWAGROUPMEMBER (Z_PK INTEGER PRIMARY KEY, ZCHATSESSION INTEGER, ZMEMBERJID VARCHAR, ZCONTACTNAME VARCHAR);
CREATE TABLE ZWAMESSAGE (Z_PK INTEGER PRIMARY KEY, ZCHATSESSION INTEGER, ZGROUPMEMBER INTEGER, ZISFROMME INTEGER, ZMESSAGEDATE TIMESTAMP,
  ZSENTDATE TIMESTAMP, ZMESSAGETYPE INTEGER, ZGROUPEVENTTYPE INTEGER, ZTEXT VARCHAR, ZSTANZAID VARCHAR, ZFROMJID VARCHAR, ZTOJID VARCHAR);
CREATE TABLE ZWAMEDIAITEM (Z_PK INTEGER PRIMARY KEY, ZMESSAGE INTEGER, ZMEDIALOCALPATH VARCHAR, ZMEDIAURL VARCHAR, ZMEDIAKEY BLOB, ZTITLE VARCHAR,
  ZVCARDSTRING VARCHAR, ZVCARDNAME VARCHAR, ZLATITUDE FLOAT, ZLONGITUDE FLOAT, ZMOVIEDURATION INTEGER, ZMETADATA BLOB);
CREATE TABLE ZWAMESSAGEINFO (Z_PK INTEGER PRIMARY KEY, ZMESSAGE INTEGER, ZRECEIPTINFO BLOB);
`

/** Seconds since 2001 of 5 January 2026, 09:00 UTC. */
const start = Date.UTC(2026, 0, 5, 9) / 1000 - 978_307_200

export function makeChatStorage(path: string): void {
  const db = new DatabaseSync(path)
  db.exec(schema)
  insert(
    db,
    'ZWACHATSESSION',
    { Z_PK: 1, ZCONTACTJID: ann, ZPARTNERNAME: 'Ann Example' },
    { Z_PK: 2, ZCONTACTJID: group, ZPARTNERNAME: 'Deal team', ZGROUPINFO: 1 },
  )
  insert(
    db,
    'ZWAGROUPMEMBER',
    { Z_PK: 1, ZCHATSESSION: 2, ZMEMBERJID: benLid, ZCONTACTNAME: 'Ben' },
    { Z_PK: 2, ZCHATSESSION: 2, ZMEMBERJID: ann },
  )
  const add = (id: number, type: number, text: string | null, more = {}) =>
    insert(db, 'ZWAMESSAGE', {
      Z_PK: id,
      ZCHATSESSION: 1,
      ZISFROMME: 0,
      ZMESSAGEDATE: start + id * 60 + 0.5,
      ZMESSAGETYPE: type,
      ZTEXT: text,
      ZSTANZAID: `3AKEY${id}`,
      ...more,
    })
  add(1, 0, 'Hello from a phone')
  add(2, 0, 'A reply', { ZISFROMME: 1 })
  insert(db, 'ZWAMEDIAITEM', { ZMESSAGE: 2, ZMETADATA: quoteOf('3AKEY000000000000001', ann) })
  add(3, 0, 'In the group', { ZCHATSESSION: 2, ZGROUPMEMBER: 1 })
  add(4, 1, null)
  insert(db, 'ZWAMEDIAITEM', {
    ZMESSAGE: 4,
    ZMEDIALOCALPATH: 'Media/447700900002@s.whatsapp.net/a/b/photo.jpg',
    ZTITLE: 'the chart',
    ZVCARDSTRING: 'image/jpeg',
    ZVCARDNAME: photoSha256,
  })
  add(5, 14, null)
  add(6, 6, null, { ZGROUPEVENTTYPE: 2, ZCHATSESSION: 2 })
  add(7, 5, null)
  insert(db, 'ZWAMEDIAITEM', { ZMESSAGE: 7, ZLATITUDE: 51.5, ZLONGITUDE: -0.0913 })
  add(8, 15, null)
  add(9, 321, null)
  insert(db, 'ZWAMESSAGEINFO', { ZMESSAGE: 1, ZRECEIPTINFO: Buffer.from([10, 2, 1, 1]) })
  db.close()
}

/** What the phone does to its database later. */
export function changeChatStorage(path: string, statement: string): void {
  const db = new DatabaseSync(path)
  db.exec(statement)
  db.close()
}

/** Metadata of a reply: the original's id in field 5, its writer in field 6. */
function quoteOf(id: string, writer: string): Buffer {
  return Buffer.concat([
    Buffer.from([0x2a, id.length]),
    Buffer.from(id),
    Buffer.from([0x32, writer.length]),
    Buffer.from(writer),
  ])
}

/** An unencrypted backup folder with all of WhatsApp's databases and one picture. */
export function makeBackupFolder(folder: string): void {
  const place = (path: string) => {
    const at = fileInBackup(folder, path)
    mkdirSync(dirname(at), { recursive: true })
    return at
  }
  const manifest = new DatabaseSync(join(folder, 'Manifest.db'))
  manifest.exec(
    'CREATE TABLE Files (fileID TEXT PRIMARY KEY, domain TEXT, relativePath TEXT, flags INTEGER, file BLOB)',
  )
  manifest.close()
  makeChatStorage(place('ChatStorage.sqlite'))
  writeFileSync(place('Message/Media/447700900002@s.whatsapp.net/a/b/photo.jpg'), photo)
  const contacts = new DatabaseSync(place('ContactsV2.sqlite'))
  contacts.exec(
    'CREATE TABLE ZWAADDRESSBOOKCONTACT (Z_PK INTEGER PRIMARY KEY, ZFULLNAME VARCHAR, ZWHATSAPPID VARCHAR)',
  )
  insert(contacts, 'ZWAADDRESSBOOKCONTACT', { ZFULLNAME: 'Ben Sample', ZWHATSAPPID: ben })
  contacts.close()
  const lids = new DatabaseSync(place('LID.sqlite'))
  lids.exec('CREATE TABLE ZWALIDPAIR (Z_PK INTEGER PRIMARY KEY, ZLID VARCHAR, ZPHONEJID VARCHAR)')
  insert(lids, 'ZWALIDPAIR', { ZLID: benLid, ZPHONEJID: ben })
  lids.close()
  makeCallHistory(place('CallHistory.sqlite'))
}

function makeCallHistory(path: string): void {
  const db = new DatabaseSync(path)
  db.exec(`
    CREATE TABLE ZWACDCALLEVENT (Z_PK INTEGER PRIMARY KEY, Z1CALLEVENTS INTEGER, ZCALLIDSTRING VARCHAR, ZGROUPCALLCREATORUSERJIDSTRING VARCHAR,
      ZGROUPJIDSTRING VARCHAR, ZDATE TIMESTAMP, ZDURATION FLOAT, ZOUTCOME INTEGER, ZBYTESSENT INTEGER);
    CREATE TABLE ZWAAGGREGATECALLEVENT (Z_PK INTEGER PRIMARY KEY, ZVIDEO INTEGER, ZMISSED INTEGER, ZINCOMING INTEGER);
    CREATE TABLE ZWACDCALLEVENTPARTICIPANT (Z_PK INTEGER PRIMARY KEY, Z1PARTICIPANTS INTEGER, ZJIDSTRING VARCHAR, ZOUTCOME INTEGER);`)
  insert(
    db,
    'ZWAAGGREGATECALLEVENT',
    { Z_PK: 1, ZVIDEO: 0, ZMISSED: 0, ZINCOMING: 1 },
    { Z_PK: 2, ZVIDEO: 1, ZMISSED: 1, ZINCOMING: 1 },
  )
  insert(
    db,
    'ZWACDCALLEVENT',
    { Z_PK: 1, Z1CALLEVENTS: 1, ZCALLIDSTRING: 'CA21', ZDATE: start, ZDURATION: 61.4, ZOUTCOME: 0 },
    { Z_PK: 2, Z1CALLEVENTS: 2, ZCALLIDSTRING: 'CA22', ZDATE: start + 60, ZDURATION: 0, ZOUTCOME: 1 },
  )
  insert(
    db,
    'ZWACDCALLEVENTPARTICIPANT',
    { Z1PARTICIPANTS: 1, ZJIDSTRING: ann, ZOUTCOME: 0 },
    { Z1PARTICIPANTS: 2, ZJIDSTRING: benLid, ZOUTCOME: 1 },
  )
  db.close()
}
