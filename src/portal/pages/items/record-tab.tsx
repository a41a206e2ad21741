import { makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { Copyable } from '../../components/copyable.tsx'
import { Facts } from '../../components/facts.tsx'
import { Section } from '../../components/form.tsx'
import { MessageText } from '../../components/message-text.tsx'
import { Loaded, Notice } from '../../components/notices.tsx'
import { useFormat } from '../../i18n/format.ts'

const useStyles = makeStyles({
  content: {
    margin: 0,
    padding: tokens.spacingHorizontalM,
    maxHeight: '70vh',
    overflow: 'auto',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground2,
  },
})

/** What the source gave, byte for byte, as far as it can be shown. */
export function RecordTab({ id }: { id: string }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const format = useFormat()
  const record = useCall('readRaw', { params: { id } })
  return (
    <Loaded call={record}>
      {({ source, place, bytes, sha256, form, content, truncated }) => (
        <Section title={t('items:tab.record')} text={t('items:record.text')}>
          <Facts
            facts={[
              { name: t('items:place.source'), value: source },
              { name: t('items:record.place'), value: place ?? '–' },
              { name: t('items:size'), value: format.number(bytes) },
              { name: 'SHA-256', value: <Copyable text={sha256} /> },
              {
                name: t('items:record.form'),
                value: form === 'text' ? t('items:record.asText') : t('items:record.asHex'),
              },
            ]}
          />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls by the keyboard */}
          <section className={styles.content} tabIndex={0} aria-label={t('items:tab.record')}>
            <MessageText text={content} />
          </section>
          {truncated && <Notice>{t('items:record.cut')}</Notice>}
        </Section>
      )}
    </Loaded>
  )
}
