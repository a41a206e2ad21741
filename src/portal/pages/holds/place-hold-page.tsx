import { Button, Switch } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { Figures } from '../../components/facts.tsx'
import { Buttons, Form, Section, TextField } from '../../components/form.tsx'
import { linesOf, orNull } from '../../components/lines.ts'
import { ErrorNotice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { useFormat } from '../../i18n/format.ts'

const emptyDraft = {
  ...{ name: '', mailboxes: '', query: '', days: '', caseName: '', note: '', owner: '', url: '' },
  ...{ confidential: false, readers: '' },
}
type Draft = typeof emptyDraft

export function PlaceHoldPage() {
  const { t } = useTranslation('holds')
  const navigate = useNavigate()
  const notify = useNotify()
  const [draft, setDraft] = useState(emptyDraft)
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }))
  const place = useChange('placeHold', {
    stale: ['listHolds'],
    onSuccess: ({ id }) => {
      notify({ title: t('holds:placed') })
      void navigate({ to: '/holds/$id', params: { id: String(id) } })
    },
  })
  const send = () => {
    if (!place.isPending) place.mutate({ body: bodyOf(draft) })
  }
  return (
    <>
      <PageHeader title={t('holds:place')} crumbs={[{ label: t('holds:title'), to: '/holds' }]} />
      <Form onSubmit={send}>
        <Scope draft={draft} set={set} />
        <Preview draft={draft} />
        <Words draft={draft} set={set} />
        <ErrorNotice error={place.error} />
        <Buttons>
          <Button type="submit" appearance="primary" disabled={!isFilled(draft)}>
            {t('holds:place')}
          </Button>
        </Buttons>
      </Form>
    </>
  )
}

interface PartProps {
  readonly draft: Draft
  readonly set: (change: Partial<Draft>) => void
}

/** What it holds, and how long. */
function Scope({ draft, set }: PartProps) {
  const { t } = useTranslation('holds')
  return (
    <>
      <TextField
        required
        label={t('holds:field.name')}
        maxLength={200}
        value={draft.name}
        onChange={(name) => set({ name })}
      />
      <TextField
        required
        lines={4}
        label={t('holds:field.mailboxes')}
        hint={t('holds:field.mailboxesHint')}
        value={draft.mailboxes}
        onChange={(mailboxes) => set({ mailboxes })}
      />
      <TextField
        lines={2}
        label={t('holds:field.query')}
        hint={t('holds:field.queryHint')}
        maxLength={16_000}
        value={draft.query}
        onChange={(query) => set({ query })}
      />
      <TextField
        inputMode="numeric"
        label={t('holds:field.days')}
        hint={t('holds:field.daysHint')}
        value={draft.days}
        onChange={(days) => set({ days })}
      />
    </>
  )
}

/** What is said of it, and to whom. */
function Words({ draft, set }: PartProps) {
  const { t } = useTranslation('holds')
  return (
    <>
      <TextField
        label={t('holds:field.case')}
        hint={t('holds:field.caseHint')}
        maxLength={1_000}
        value={draft.caseName}
        onChange={(caseName) => set({ caseName })}
      />
      <TextField
        lines={2}
        label={t('holds:field.note')}
        maxLength={1_000}
        value={draft.note}
        onChange={(note) => set({ note })}
      />
      <TextField label={t('holds:field.owner')} value={draft.owner} onChange={(owner) => set({ owner })} />
      <TextField label={t('holds:field.url')} value={draft.url} onChange={(url) => set({ url })} />
      <Switch
        label={t('holds:field.confidential')}
        checked={draft.confidential}
        onChange={(_, data) => set({ confidential: data.checked })}
      />
      {draft.confidential && (
        <TextField
          lines={2}
          label={t('holds:field.readers')}
          hint={t('holds:field.readersHint')}
          value={draft.readers}
          onChange={(readers) => set({ readers })}
        />
      )}
    </>
  )
}

function Preview({ draft }: { draft: Draft }) {
  const { t } = useTranslation('holds')
  const format = useFormat()
  const preview = useChange('previewHold')
  const mailboxes = linesOf(draft.mailboxes)
  const { data } = preview
  return (
    <Section title={t('holds:preview.title')}>
      <Buttons>
        <Button
          disabled={mailboxes.length === 0}
          onClick={() => preview.mutate({ body: { mailboxes, query: orNull(draft.query) } })}
        >
          {t('holds:preview.count')}
        </Button>
      </Buttons>
      <ErrorNotice error={preview.error} />
      {data && (
        <Figures
          figures={[
            { name: t('holds:column.mailboxes'), value: format.number(data.mailboxes) },
            { name: t('holds:column.items'), value: format.number(data.items) },
            { name: t('holds:preview.unreadable'), value: format.number(data.unreadable) },
          ]}
        />
      )}
    </Section>
  )
}

function isFilled({ name, mailboxes, days }: Draft): boolean {
  return name.trim() !== '' && linesOf(mailboxes).length > 0 && /^(\d{1,5})?$/.test(days.trim())
}

function bodyOf(draft: Draft) {
  const { name, mailboxes, query, days, caseName, note, owner, url, confidential, readers } = draft
  return {
    ...{ name: name.trim(), mailboxes: linesOf(mailboxes), query: orNull(query) },
    days: days.trim() === '' ? null : Number(days),
    ...{ caseName: orNull(caseName), note: orNull(note), owner: orNull(owner), url: orNull(url) },
    ...{ confidential, readers: confidential ? linesOf(readers) : [] },
  }
}
