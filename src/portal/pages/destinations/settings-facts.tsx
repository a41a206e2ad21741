import { useTranslation } from 'react-i18next'
import { type Fact, Facts } from '../../components/facts.tsx'
import { Section } from '../../components/form.tsx'
import { Time } from '../../components/time.tsx'
import { type Fields, fieldsOf } from './destination-form.ts'
import {
  cloudLabels,
  credentialLabels,
  type Destination,
  kindLabels,
  loginLabels,
  tlsLabels,
} from './labels.ts'

/** What may be read again of a destination; its secret may not. */
export function SettingsFacts({ destination }: { destination: Destination }) {
  const { t } = useTranslation('delivery')
  const ofKind = useFactsOfKind()[destination.kind]
  return (
    <Section title={t('delivery:properties')}>
      <Facts
        facts={[
          { name: t('delivery:field.kind'), value: t(kindLabels[destination.kind]) },
          ...ofKind(fieldsOf(destination)),
          { name: t('delivery:created'), value: <Time of={destination.createdAt} /> },
          { name: t('delivery:column.lastDelivered'), value: <Time of={destination.lastDeliveredAt} /> },
        ]}
      />
    </Section>
  )
}

function useFactsOfKind(): Record<Destination['kind'], (fields: Fields) => readonly Fact[]> {
  const { t } = useTranslation('delivery')
  const server = ({ host, port, tls, certificateAuthority }: Fields): Fact[] => [
    { name: t('delivery:field.host'), value: `${host}:${port}` },
    { name: t('delivery:field.tls'), value: t(tlsLabels[tls]) },
    {
      name: t('delivery:field.authority'),
      value: certificateAuthority === '' ? t('delivery:authority.public') : t('delivery:authority.own'),
    },
  ]
  return {
    'exchange-online': (fields) => [
      { name: t('delivery:field.cloud'), value: t(cloudLabels[fields.cloud]) },
      { name: t('delivery:field.tenant'), value: fields.tenantId },
      { name: t('delivery:field.client'), value: fields.clientId },
      { name: t('delivery:field.credential'), value: t(credentialLabels[fields.credential]) },
    ],
    imap: (fields) => [
      ...server(fields),
      { name: t('delivery:field.login'), value: t(loginLabels[fields.login]) },
      ...(fields.masterUser === ''
        ? []
        : [{ name: t('delivery:field.masterUser'), value: fields.masterUser }]),
      ...(fields.folderPrefix === ''
        ? []
        : [{ name: t('delivery:field.folderPrefix'), value: fields.folderPrefix }]),
      { name: t('delivery:field.connections'), value: fields.connections },
    ],
    'smtp-journal': (fields) => [
      ...server(fields),
      { name: t('delivery:field.to'), value: fields.to },
      { name: t('delivery:field.from'), value: fields.from },
      ...(fields.user === '' ? [] : [{ name: t('delivery:field.user'), value: fields.user }]),
    ],
  }
}
