/** Databases as phones keep them, made for tests: the tables and columns of 2026, people invented. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

export const own = '+447700900001'
export const ann = '447700900002@s.whatsapp.net'
export const ben = '447700900003@s.whatsapp.net'
export const benLid = '98765432101234@lid'
export const group = '120363000000000001@g.us'

export const photo = Buffer.from('a picture')
export const photoSha256 = 'krL6WAKJWDF+QIvYTs+nD17jWxIZkdvCMsSdFmNTcIs='

const schema = `
CREATE TABLE jid (_id INTEGER PRIMARY KEY, user TEXT, server TEXT, device INTEGER, type INTEGER, raw_string TEXT);
CREATE TABLE jid_map (lid_row_id INTEGER PRIMARY KEY, jid_row_id INTEGER);
CREATE TABLE chat (_id INTEGER PRIMARY KEY, jid_row_id INTEGER UNIQUE, subject TEXT, ephemeral_expiration INTEGER);
CREATE TABLE props (_id INTEGER PRIMARY KEY, key TEXT UNIQUE, value TEXT);
CREATE TABLE group_participant_user (_id INTEGER PRIMARY KEY, group_jid_row_id INTEGER, user_jid_row_id INTEGER);
CREATE TABLE message (_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL, from_me INTEGER NOT NULL,
  key_id TEXT NOT NULL, sender_jid_row_id INTEGER, status INTEGER, timestamp INTEGER, received_timestamp INTEGER,
  message_type INTEGER, text_data TEXT, starred INTEGER, origination_flags INTEGER, sort_id INTEGER NOT NULL DEFAULT 0);
CREATE TABLE message_media (message_row_id INTEGER PRIMARY KEY, file_path TEXT, mime_type TEXT, file_hash TEXT,
  media_key BLOB, media_name TEXT, media_caption TEXT, media_duration INTEGER, raw_transcription_text TEXT);
CREATE TABLE message_quoted (message_row_id INTEGER PRIMARY KEY, chat_row_id INTEGER, parent_message_chat_row_id INTEGER,
  from_me INTEGER, sender_jid_row_id INTEGER, key_id TEXT, timestamp INTEGER, message_type INTEGER, text_data TEXT);
CREATE TABLE message_revoked (message_row_id INTEGER PRIMARY KEY, revoked_key_id TEXT, admin_jid_row_id INTEGER, revoke_timestamp INTEGER);
CREATE TABLE message_edit_info (message_row_id INTEGER PRIMARY KEY, original_key_id TEXT, edited_timestamp INTEGER, sender_timestamp INTEGER);
CREATE TABLE message_add_on (_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER, key_id TEXT, sender_jid_row_id INTEGER,
  parent_message_row_id INTEGER, timestamp INTEGER, status INTEGER, message_add_on_type INTEGER);
CREATE TABLE message_add_on_reaction (message_add_on_row_id INTEGER PRIMARY KEY, reaction TEXT, sender_timestamp INTEGER);
CREATE TABLE message_add_on_poll_vote (message_add_on_row_id INTEGER PRIMARY KEY, sender_timestamp INTEGER);
CREATE TABLE message_add_on_poll_vote_selected_option (_id INTEGER PRIMARY KEY, message_add_on_row_id INTEGER, message_poll_option_id INTEGER);
CREATE TABLE message_poll (message_row_id INTEGER PRIMARY KEY, selectable_options_count INTEGER);
CREATE TABLE message_poll_option (_id INTEGER PRIMARY KEY, message_row_id INTEGER, option_name TEXT, vote_total INTEGER);
CREATE TABLE message_system (message_row_id INTEGER PRIMARY KEY, action_type INTEGER NOT NULL);
CREATE TABLE message_system_chat_participant (message_row_id INTEGER, user_jid_row_id INTEGER);
CREATE TABLE message_system_group (message_row_id INTEGER PRIMARY KEY, is_me_joined INTEGER);
CREATE TABLE message_system_value_change (message_row_id INTEGER PRIMARY KEY, old_data TEXT);
CREATE TABLE message_system_number_change (message_row_id INTEGER PRIMARY KEY, old_jid_row_id INTEGER, new_jid_row_id INTEGER);
CREATE TABLE message_system_block_contact (message_row_id INTEGER PRIMARY KEY, is_blocked INTEGER);
CREATE TABLE message_location (message_row_id INTEGER PRIMARY KEY, latitude REAL, longitude REAL, place_name TEXT, place_address TEXT, url TEXT);
CREATE TABLE message_vcard (_id INTEGER PRIMARY KEY, message_row_id INTEGER, vcard TEXT);
CREATE TABLE message_album (message_row_id INTEGER PRIMARY KEY, image_count INTEGER, video_count INTEGER);
CREATE TABLE message_association (child_message_row_id INTEGER PRIMARY KEY, parent_message_row_id INTEGER, association_type INTEGER);
CREATE TABLE message_forwarded (message_row_id INTEGER PRIMARY KEY, forward_score INTEGER);
CREATE TABLE message_ephemeral (message_row_id INTEGER PRIMARY KEY, duration INTEGER, expire_timestamp INTEGER);
CREATE TABLE message_view_once_media (message_row_id INTEGER PRIMARY KEY, state INTEGER);
CREATE TABLE message_ui_elements (_id INTEGER PRIMARY KEY, message_row_id INTEGER, element_type INTEGER, element_content TEXT);
CREATE TABLE message_of_tomorrow (message_row_id INTEGER PRIMARY KEY, colour TEXT, amount INTEGER, seal BLOB);
CREATE TABLE call_log (_id INTEGER PRIMARY KEY, jid_row_id INTEGER, from_me INTEGER, call_id TEXT, timestamp INTEGER, video_call INTEGER,
  duration INTEGER, call_result INTEGER, bytes_transferred INTEGER, group_jid_row_id INTEGER NOT NULL DEFAULT 0,
  call_creator_device_jid_row_id INTEGER, call_link_row_id INTEGER, scheduled_id TEXT);
CREATE TABLE call_log_participant_v2 (_id INTEGER PRIMARY KEY, call_log_row_id INTEGER, jid_row_id INTEGER, call_result INTEGER);
CREATE TABLE message_call_log (message_row_id INTEGER PRIMARY KEY, call_log_row_id INTEGER);
CREATE TABLE receipt_user (_id INTEGER PRIMARY KEY, message_row_id INTEGER, receipt_user_jid_row_id INTEGER,
  receipt_timestamp INTEGER, read_timestamp INTEGER, played_timestamp INTEGER);
CREATE INDEX message_vcard_index ON message_vcard (message_row_id);
`

export type Cells = { readonly [column: string]: SQLInputValue }

export function insert(db: DatabaseSync, table: string, ...rows: readonly Cells[]): void {
  for (const row of rows) {
    const columns = Object.keys(row)
    const marks = columns.map(() => '?').join(', ')
    db.prepare(`INSERT INTO "${table}" (${columns.join(', ')}) VALUES (${marks})`).run(...Object.values(row))
  }
}

/** 1 Ann's chat, 2 the group; jids: 1 owner, 2 Ann, 3 Ben's phone, 4 Ben's LID, 5 the group. */
export function makeAndroid(path: string): DatabaseSync {
  const db = new DatabaseSync(path)
  db.exec(schema)
  const jids = [`${own.slice(1)}@s.whatsapp.net`, ann, ben, benLid, group]
  for (const [index, jid] of jids.entries()) {
    const [user, server] = jid.split('@')
    insert(db, 'jid', { _id: index + 1, user: user!, server: server!, raw_string: jid })
  }
  insert(db, 'jid_map', { lid_row_id: 4, jid_row_id: 3 })
  insert(
    db,
    'chat',
    { _id: 1, jid_row_id: 2, subject: null },
    { _id: 2, jid_row_id: 5, subject: 'Deal team' },
  )
  insert(db, 'props', { key: 'user_push_name', value: 'Olga Owner' })
  for (const row of [1, 2, 4])
    insert(db, 'group_participant_user', { group_jid_row_id: 5, user_jid_row_id: row })
  return db
}

const start = Date.UTC(2026, 0, 5, 9)

/** A message in Ann's chat, unless `more` says otherwise; its row id and its key are made of `id`. */
export function message(
  db: DatabaseSync,
  id: number,
  type: number,
  text: string | null,
  more: Cells = {},
): void {
  insert(db, 'message', {
    ...{ _id: id, chat_row_id: 1, from_me: 0, key_id: `KEY${id}`, sender_jid_row_id: 0, status: 0 },
    ...{ timestamp: start + id * 60_000, received_timestamp: start + id * 60_000 + 500, message_type: type },
    ...{ text_data: text, sort_id: id, ...more },
  })
}

const fromBen: Cells = { chat_row_id: 2, sender_jid_row_id: 4 }

/** One of each: the tests name them by their row ids. */
export function fillAndroid(db: DatabaseSync): void {
  message(db, 1, 0, 'Good morning 🌞')
  message(db, 2, 0, 'Morning!', { from_me: 1 })
  insert(db, 'message_quoted', {
    message_row_id: 2,
    chat_row_id: 1,
    parent_message_chat_row_id: 1,
    from_me: 0,
    key_id: 'KEY1',
    text_data: 'Good morning',
  })
  message(db, 3, 0, 'I am in', fromBen)
  message(db, 4, 1, null, fromBen)
  const file = {
    message_row_id: 4,
    file_path: 'Media/WhatsApp Images/IMG-1.jpg',
    mime_type: 'image/jpeg',
    file_hash: photoSha256,
  }
  insert(db, 'message_media', { ...file, media_caption: 'the chart', media_key: Buffer.from([1, 2, 255]) })
  message(db, 5, 9, null)
  insert(db, 'message_media', {
    message_row_id: 5,
    file_path: 'Media/WhatsApp Documents/terms.pdf',
    mime_type: 'application/pdf',
    media_name: 'terms.pdf',
    media_caption: 'final terms',
  })
  message(db, 6, 2, null)
  insert(db, 'message_media', {
    message_row_id: 6,
    file_path: 'Media/WhatsApp Voice Notes/PTT-1.opus',
    mime_type: 'audio/ogg; codecs=opus',
    media_duration: 65,
    raw_transcription_text: 'call me back',
  })
  fillEvents(db)
}

function fillEvents(db: DatabaseSync): void {
  message(db, 7, 0, 'the new text', { key_id: 'EDIT7' })
  insert(db, 'message_edit_info', {
    message_row_id: 7,
    original_key_id: 'KEY7',
    edited_timestamp: start + 9_000_000,
    sender_timestamp: start + 9_000_000,
  })
  message(db, 8, 15, null, { from_me: 1, key_id: 'REVOKE8' })
  insert(db, 'message_revoked', {
    message_row_id: 8,
    revoked_key_id: 'KEY8',
    revoke_timestamp: start + 9_500_000,
  })
  message(db, 9, 15, null, fromBen)
  insert(db, 'message_revoked', { message_row_id: 9, revoked_key_id: 'KEY9X', admin_jid_row_id: 2 })
  message(db, 10, 66, 'When do we sign?', fromBen)
  insert(db, 'message_poll', { message_row_id: 10, selectable_options_count: 1 })
  insert(
    db,
    'message_poll_option',
    { _id: 1, message_row_id: 10, option_name: 'Monday', vote_total: 1 },
    { _id: 2, message_row_id: 10, option_name: 'Tuesday', vote_total: 0 },
  )
  message(db, 11, 5, null)
  insert(db, 'message_location', {
    message_row_id: 11,
    latitude: 51.5,
    longitude: -0.0913,
    place_name: 'The Office',
    place_address: '1 Example Street',
  })
  message(db, 12, 4, 'Cid Sample')
  insert(db, 'message_vcard', {
    message_row_id: 12,
    vcard: 'BEGIN:VCARD\nFN:Cid Sample\nTEL;waid=447700900009:+44 7700 900009\nEND:VCARD',
  })
  fillRarer(db)
}

function fillRarer(db: DatabaseSync): void {
  message(db, 13, 42, null)
  insert(db, 'message_view_once_media', { message_row_id: 13, state: 1 })
  message(db, 14, 7, 'Deal team', { chat_row_id: 2, sender_jid_row_id: 2 })
  insert(db, 'message_system', { message_row_id: 14, action_type: 1 })
  insert(db, 'message_system_value_change', { message_row_id: 14, old_data: 'Old name' })
  message(db, 15, 7, null, { chat_row_id: 2, sender_jid_row_id: 2 })
  insert(db, 'message_system', { message_row_id: 15, action_type: 12 })
  insert(db, 'message_system_chat_participant', { message_row_id: 15, user_jid_row_id: 1 })
  insert(db, 'message_system_group', { message_row_id: 15, is_me_joined: 1 })
  message(db, 16, 99, null)
  insert(db, 'message_album', { message_row_id: 16, image_count: 2, video_count: 1 })
  message(db, 17, 1, null)
  insert(db, 'message_media', {
    message_row_id: 17,
    file_path: 'Media/WhatsApp Images/IMG-2.jpg',
    mime_type: 'image/jpeg',
  })
  insert(db, 'message_association', {
    child_message_row_id: 17,
    parent_message_row_id: 16,
    association_type: 2,
  })
  message(db, 18, 0, 'pass it on')
  insert(db, 'message_forwarded', { message_row_id: 18, forward_score: 5 })
  insert(db, 'message_ephemeral', {
    message_row_id: 18,
    duration: 86_400,
    expire_timestamp: start + 90_000_000,
  })
  fillUnknown(db)
}

function fillUnknown(db: DatabaseSync): void {
  message(db, 19, 11, null)
  message(db, 20, 777, null)
  insert(db, 'message_of_tomorrow', {
    message_row_id: 20,
    colour: 'indigo',
    amount: 9_007_199_254_740_993n,
    seal: Buffer.from('seal'),
  })
  message(db, 21, 85, null)
  insert(db, 'message_ui_elements', {
    message_row_id: 21,
    element_type: 6,
    element_content: '{"description":"Confirm your order","buttons":[{"name":"cta_url"}]}',
  })
  message(db, 22, 90, null)
  insert(db, 'message_call_log', { message_row_id: 22, call_log_row_id: 1 })
  message(db, 23, 10, null)
  fillAddOns(db)
}

function fillAddOns(db: DatabaseSync): void {
  const addOn = { chat_row_id: 2, from_me: 0, sender_jid_row_id: 2 }
  insert(db, 'message_add_on', {
    ...addOn,
    _id: 1,
    key_id: 'REACT1',
    parent_message_row_id: 3,
    timestamp: start + 1,
    message_add_on_type: 56,
  })
  insert(db, 'message_add_on_reaction', {
    message_add_on_row_id: 1,
    reaction: '👍',
    sender_timestamp: start + 1,
  })
  insert(db, 'message_add_on', {
    ...addOn,
    _id: 2,
    key_id: 'VOTE1',
    parent_message_row_id: 10,
    timestamp: start + 2,
    message_add_on_type: 67,
  })
  insert(db, 'message_add_on_poll_vote', { message_add_on_row_id: 2, sender_timestamp: start + 2 })
  insert(db, 'message_add_on_poll_vote_selected_option', {
    message_add_on_row_id: 2,
    message_poll_option_id: 1,
  })
  fillCalls(db)
}

function fillCalls(db: DatabaseSync): void {
  insert(db, 'call_log', {
    _id: 1,
    jid_row_id: 2,
    from_me: 0,
    call_id: 'call:CA11',
    timestamp: start + 3,
    video_call: 1,
    duration: 125,
    call_result: 5,
    bytes_transferred: 9_000,
  })
  insert(db, 'call_log', {
    _id: 2,
    jid_row_id: 2,
    from_me: 1,
    call_id: 'call:CA12',
    timestamp: start + 4,
    video_call: 0,
    duration: 0,
    call_result: 2,
  })
  insert(db, 'call_log', {
    _id: 3,
    jid_row_id: 4,
    from_me: 0,
    call_id: 'call:CA13',
    timestamp: start + 5,
    video_call: 0,
    duration: 0,
    call_result: 4,
    group_jid_row_id: 5,
    scheduled_id: 'S1',
  })
  insert(
    db,
    'call_log_participant_v2',
    { call_log_row_id: 3, jid_row_id: 2, call_result: 5 },
    { call_log_row_id: 3, jid_row_id: 4, call_result: 5 },
  )
  insert(db, 'receipt_user', {
    message_row_id: 2,
    receipt_user_jid_row_id: 2,
    receipt_timestamp: start + 6,
    read_timestamp: start + 7,
    played_timestamp: 0,
  })
}

export function makeContacts(path: string): void {
  const db = new DatabaseSync(path)
  db.exec(
    'CREATE TABLE wa_contacts (_id INTEGER PRIMARY KEY, jid TEXT, number TEXT, display_name TEXT, wa_name TEXT)',
  )
  insert(
    db,
    'wa_contacts',
    { jid: ann, display_name: 'Ann Example', wa_name: 'annie' },
    { jid: ben, display_name: null, wa_name: 'Ben B.' },
  )
  db.close()
}
