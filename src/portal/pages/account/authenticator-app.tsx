import { Button, makeStyles } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { useSession } from '../../api/session.ts'
import { CodeField } from '../../components/code-field.tsx'
import { Copyable } from '../../components/copyable.tsx'
import { ConfirmDialog, FormDialog } from '../../components/dialogs.tsx'
import { Section } from '../../components/form.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'

const useStyles = makeStyles({
  // White in both themes: cameras need dark squares on light ground.
  qr: { width: '200px', height: '200px', padding: '8px', backgroundColor: '#ffffff', borderRadius: '8px' },
})

export function AuthenticatorApp() {
  const { t } = useTranslation(['account', 'general'])
  const { user } = useSession()
  const notify = useNotify()
  const [removing, setRemoving] = useState(false)
  const begin = useChange('beginTotp')
  const remove = useChange('removeTotp', {
    stale: ['readSession'],
    onSuccess: () => {
      setRemoving(false)
      notify({ title: t('account:totp.removed') })
    },
  })
  return (
    <Section
      title={t('account:totp.title')}
      text={user.hasTotp ? t('account:totp.on') : t('account:totp.off')}
    >
      <ErrorNotice error={begin.error} />
      <div>
        {user.hasTotp ? (
          <Button onClick={() => setRemoving(true)}>{t('account:totp.remove')}</Button>
        ) : (
          <Button onClick={() => begin.mutate(undefined)}>{t('account:totp.add')}</Button>
        )}
      </div>
      {begin.data && <ConfirmCode secret={begin.data.secret} uri={begin.data.uri} onClose={begin.reset} />}
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={t('account:totp.removeTitle')}
        confirm={t('account:totp.remove')}
        onConfirm={() => remove.mutate(undefined)}
        pending={remove.isPending}
        error={remove.error}
      >
        {t('account:totp.removeText')}
      </ConfirmDialog>
    </Section>
  )
}

function ConfirmCode({ secret, uri, onClose }: { secret: string; uri: string; onClose: () => void }) {
  const styles = useStyles()
  const { t } = useTranslation('account')
  const notify = useNotify()
  const [code, setCode] = useState('')
  const picture = useQuery({
    queryKey: ['totp-picture', uri],
    gcTime: 0,
    queryFn: async () => (await import('qrcode')).toString(uri, { type: 'svg', margin: 0 }),
  })
  const confirm = useChange('confirmTotp', {
    stale: ['readSession'],
    onSuccess: () => {
      onClose()
      notify({ title: t('account:totp.added') })
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('account:totp.add')}
      submit={t('account:totp.confirm')}
      onSubmit={() => confirm.mutate({ body: { code } })}
      pending={confirm.isPending}
      disabled={code.length !== 6}
      error={confirm.error}
    >
      <span>{t('account:totp.scan')}</span>
      {picture.data && (
        <img
          className={styles.qr}
          alt={t('account:totp.picture')}
          src={`data:image/svg+xml;base64,${btoa(picture.data)}`}
        />
      )}
      <span>
        {t('account:totp.type')} <Copyable text={secret} />
      </span>
      <CodeField value={code} onChange={setCode} />
    </FormDialog>
  )
}
