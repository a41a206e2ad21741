import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { connectorTypes } from '../../../api/endpoints/connectors.ts'
import { useChange } from '../../api/calls.ts'
import { MissingPage } from '../../app/failed-page.tsx'
import { Section } from '../../components/form.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { useFormat } from '../../i18n/format.ts'
import { typeLabels } from './labels.ts'

const useStyles = makeStyles({
  list: { margin: 0, paddingInlineStart: '20px', display: 'grid', gap: tokens.spacingVerticalXS },
})

const contents = {
  whatsapp: 'connectors:product.whatsappContents',
  wechat: 'connectors:product.wechatContents',
} as const
const folders = { whatsapp: 'WhatsApp Archiver', wechat: 'WeChat Archiver' } as const

export function ProductPage() {
  const { t } = useTranslation('connectors')
  const { timeZone } = useFormat()
  const { type: given } = useParams({ from: '/signed-in/connectors/catalogue/$type' })
  const navigate = useNavigate()
  const create = useChange('createDraft', {
    stale: ['listDrafts'],
    onSuccess: ({ id }) =>
      void navigate({ to: '/connectors/new/$id', params: { id }, search: { step: 'terms' } }),
  })
  const type = connectorTypes.find((known) => known === given)
  if (type === undefined) return <MissingPage />
  const add = (
    <Button
      appearance="primary"
      disabledFocusable={create.isPending || create.isSuccess}
      onClick={() =>
        !create.isPending && !create.isSuccess && create.mutate({ body: { type, zone: timeZone } })
      }
    >
      {t('connectors:addConnector')}
    </Button>
  )
  return (
    <>
      <PageHeader
        title={t(typeLabels[type])}
        lead={t('connectors:product.lead')}
        crumbs={[
          { label: t('connectors:title'), to: '/connectors' },
          { label: t('connectors:tab.catalogue'), to: '/connectors/catalogue' },
        ]}
        actions={add}
      />
      <ErrorNotice error={create.error} />
      <Section title={t('connectors:product.whatTitle')} text={t(contents[type])}>
        <Points
          points={[
            t('connectors:product.folder', { folder: folders[type] }),
            t('connectors:product.rhythm'),
            t('connectors:product.mapping'),
            t('connectors:product.kept'),
          ]}
        />
      </Section>
      <Section title={t('connectors:product.beforeTitle')}>
        <Points
          points={[
            t('connectors:product.beforeAccount'),
            t('connectors:product.beforeUsers'),
            t('connectors:product.beforeMailboxes'),
            t('connectors:product.beforeRole'),
          ]}
        />
      </Section>
    </>
  )
}

function Points({ points }: { points: readonly string[] }) {
  const styles = useStyles()
  return (
    <ul className={styles.list}>
      {points.map((point) => (
        <li key={point}>{point}</li>
      ))}
    </ul>
  )
}
