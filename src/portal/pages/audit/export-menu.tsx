import { Button, Menu, MenuItemLink, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { useTranslation } from 'react-i18next'
import { linkTo } from '../../api/calls.ts'
import type { AuditQuery } from './record.ts'

/** All that match, not only what has been read. */
export function ExportMenu({ query }: { query: AuditQuery }) {
  const { t } = useTranslation('audit')
  const csv = { ...query, form: 'csv' } as const
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button icon={<ArrowDownloadRegular />}>{t('audit:export.action')}</Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItemLink href={linkTo('exportAudit', { query: csv })} download>
            {t('audit:export.safe')}
          </MenuItemLink>
          <MenuItemLink href={linkTo('exportAudit', { query: { ...csv, safe: 'false' } })} download>
            {t('audit:export.untouched')}
          </MenuItemLink>
          <MenuItemLink href={linkTo('exportAudit', { query: { ...query, form: 'jsonl' } })} download>
            {t('audit:export.jsonLines')}
          </MenuItemLink>
          <MenuItemLink href={linkTo('exportAudit', { query: { ...query, form: 'purview' } })} download>
            {t('audit:export.purview')}
          </MenuItemLink>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
