import { Button } from '@fluentui/react-components'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { connectorTypes } from '../../../api/endpoints/connectors.ts'
import { useChange } from '../../api/calls.ts'
import { MissingPage } from '../../app/failed-page.tsx'
import { Section } from '../../components/form.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { useFormat } from '../../i18n/format.ts'
import { DraftList } from './draft-list.tsx'
import { type ConnectorType, typeLabels } from './labels.ts'
import { ProductDescription } from './product-description.tsx'

export function ProductPage() {
  const { type: given } = useParams({ from: '/signed-in/connectors/catalogue/$type' })
  const type = connectorTypes.find((known) => known === given)
  return type === undefined ? <MissingPage /> : <Product key={type} type={type} />
}

function Product({ type }: { type: ConnectorType }) {
  const { t } = useTranslation('connectors')
  const { timeZone } = useFormat()
  const navigate = useNavigate()
  const create = useChange('createDraft', {
    stale: ['listDrafts'],
    onSuccess: ({ id }) =>
      void navigate({ to: '/connectors/new/$id', params: { id }, search: { step: 'terms' } }),
  })
  const idle = !create.isPending && !create.isSuccess
  return (
    <>
      <PageHeader
        title={t(typeLabels[type])}
        lead={t('connectors:product.lead')}
        crumbs={[
          { label: t('connectors:title'), to: '/connectors' },
          { label: t('connectors:tab.catalogue'), to: '/connectors/catalogue' },
        ]}
        actions={
          <Button
            appearance="primary"
            disabledFocusable={!idle}
            onClick={() => idle && create.mutate({ body: { type, zone: timeZone } })}
          >
            {t('connectors:addConnector')}
          </Button>
        }
      />
      <ErrorNotice error={create.error} />
      <DraftList type={type} />
      <Section title={t('connectors:step.description')}>
        <ProductDescription type={type} />
      </Section>
    </>
  )
}
