import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { TextField } from '../../components/form.tsx'

const useStyles = makeStyles({
  field: { display: 'grid', gap: tokens.spacingVerticalS, justifyItems: 'stretch', minWidth: 0 },
})

/** A file in PEM form is some kilobytes; anything larger is not one. */
const bytesMax = 100_000

/** A certificate as text: pasted, or out of a file. */
export function PemField(props: {
  label: string
  hint: string
  problem?: string
  value: string
  onChange: (text: string) => void
  required?: boolean
}) {
  const { label, onChange } = props
  const styles = useStyles()
  const { t } = useTranslation('delivery')
  const input = useRef<HTMLInputElement>(null)
  const take = async (file: File | undefined) => {
    if (file && file.size <= bytesMax) onChange(await file.text())
  }
  return (
    <div className={styles.field}>
      <TextField {...props} lines={4} maxLength={bytesMax} />
      <div>
        <input
          ref={input}
          type="file"
          hidden
          accept=".pem,.crt,.cer,.key"
          onChange={({ target }) => void take(target.files?.[0]).finally(() => (target.value = ''))}
        />
        <Button
          size="small"
          aria-label={t('delivery:field.chooseFileFor', { field: label })}
          onClick={() => input.current?.click()}
        >
          {t('delivery:field.chooseFile')}
        </Button>
      </div>
    </div>
  )
}
