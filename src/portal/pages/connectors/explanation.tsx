import { makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/format.ts'
import { explanationParts } from './explanation-parts.ts'

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: tokens.spacingVerticalXS },
  text: { overflowWrap: 'anywhere' },
})

/** Why something maps to nobody or was not imported, in the reader's language where it can be said in it. */
export function Explanation({ text }: { text: string }) {
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const parts = explanationParts(text)
  if (parts === null) {
    return (
      <bdi lang="en" className={styles.text}>
        {text}
      </bdi>
    )
  }
  return (
    <ul className={styles.list}>
      {parts.map(({ who, texts }) => (
        <li key={`${who} ${texts.map(({ key }) => key).join(' ')}`} className={styles.text}>
          {who !== '' && (
            <>
              <bdi>{who}</bdi>
              <br />
            </>
          )}
          {format.list(texts.map(({ key, values }) => t(key, withSizes(values, format.bytes))))}
        </li>
      ))}
    </ul>
  )
}

/** Sizes come in bytes and are read in larger units. */
function withSizes(values: Readonly<Record<string, string>>, bytes: (value: number) => string) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      name === 'bytes' || name === 'most' ? bytes(Number(value)) : value,
    ]),
  )
}
