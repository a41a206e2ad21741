import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { Buttons, ChoiceField, TextField } from '../../components/form.tsx'
import { ErrorNotice, Notice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { useFormat } from '../../i18n/format.ts'
import { attributeLabels, choicesOf, operatorLabels, type Scope, type ScopeCondition } from './words.ts'

const useStyles = makeStyles({
  condition: {
    display: 'grid',
    gap: tokens.spacingVerticalS,
    margin: 0,
    padding: tokens.spacingHorizontalM,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    minWidth: 0,
  },
})

const first: ScopeCondition = { attribute: 'department', operator: 'equals', value: '' }

/** Conditions on what the directory says, and who meets them now. */
export function NewScopeDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('retention')
  const notify = useNotify()
  const [name, setName] = useState('')
  const [query, setQuery] = useState<Scope['query']>({ match: 'all', conditions: [first] })
  const create = useChange('createAdaptiveScope', {
    stale: ['listAdaptiveScopes'],
    onSuccess: () => {
      notify({ title: t('retention:scopes.created') })
      onClose()
    },
  })
  const { conditions } = query
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('retention:scopes.add')}
      submit={t('retention:scopes.create')}
      onSubmit={() => create.mutate({ body: { name: name.trim(), query } })}
      pending={create.isPending}
      error={create.error}
      disabled={name.trim() === ''}
    >
      <TextField required label={t('retention:field.name')} maxLength={200} value={name} onChange={setName} />
      <ChoiceField
        label={t('retention:scopes.match')}
        value={query.match}
        onChange={(match) => setQuery({ ...query, match })}
        choices={[
          { value: 'all', label: t('retention:scopes.matchAll') },
          { value: 'any', label: t('retention:scopes.matchAny') },
        ]}
      />
      {conditions.map((condition, place) => (
        <ConditionFields
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name but their place
          key={place}
          place={place}
          condition={condition}
          onChange={(changed) => setQuery({ ...query, conditions: conditions.with(place, changed) })}
          onRemove={
            conditions.length > 1
              ? () => setQuery({ ...query, conditions: conditions.toSpliced(place, 1) })
              : null
          }
        />
      ))}
      <Buttons>
        <Button onClick={() => setQuery({ ...query, conditions: [...conditions, first] })}>
          {t('retention:scopes.addCondition')}
        </Button>
      </Buttons>
      <Preview query={query} />
    </FormDialog>
  )
}

function ConditionFields(props: {
  place: number
  condition: ScopeCondition
  onChange: (condition: ScopeCondition) => void
  onRemove: (() => void) | null
}) {
  const { place, condition, onChange, onRemove } = props
  const { t } = useTranslation('retention')
  const format = useFormat()
  const { attribute } = condition
  const title = t('retention:scopes.condition', { number: format.number(place + 1) })
  return (
    <fieldset className={useStyles().condition} aria-label={title}>
      <ChoiceField
        label={t('retention:scopes.attribute')}
        value={attribute}
        onChange={(chosen) =>
          onChange({ ...condition, attribute: chosen, value: chosen === 'active' ? 'true' : '' })
        }
        choices={choicesOf(attributeLabels, t)}
      />
      <ChoiceField
        label={t('retention:scopes.operator')}
        value={condition.operator}
        onChange={(operator) => onChange({ ...condition, operator })}
        choices={choicesOf(operatorLabels, t)}
      />
      {attribute === 'active' ? (
        <ChoiceField
          label={t('retention:scopes.value')}
          value={condition.value}
          onChange={(value) => onChange({ ...condition, value })}
          choices={[
            { value: 'true', label: t('retention:scopes.yes') },
            { value: 'false', label: t('retention:scopes.no') },
          ]}
        />
      ) : (
        <TextField
          label={t('retention:scopes.value')}
          maxLength={200}
          value={condition.value}
          onChange={(value) => onChange({ ...condition, value })}
        />
      )}
      {onRemove && (
        <Buttons>
          <Button size="small" onClick={onRemove}>
            {t('retention:scopes.removeCondition', { number: format.number(place + 1) })}
          </Button>
        </Buttons>
      )}
    </fieldset>
  )
}

function Preview({ query }: { query: Scope['query'] }) {
  const { t } = useTranslation('retention')
  const format = useFormat()
  const preview = useChange('previewAdaptiveScope')
  const { data } = preview
  const named = data?.mailboxes.slice(0, 5).map(({ address }) => address) ?? []
  return (
    <>
      <Buttons>
        <Button disabledFocusable={preview.isPending} onClick={() => preview.mutate({ body: { query } })}>
          {t('retention:scopes.preview')}
        </Button>
      </Buttons>
      <ErrorNotice error={preview.error} />
      {data && (
        <Notice>
          {t('retention:scopes.previewed', { count: data.members, number: format.number(data.members) })}{' '}
          <bdi>{format.list(data.members > named.length ? [...named, '…'] : named)}</bdi>
        </Notice>
      )}
    </>
  )
}
