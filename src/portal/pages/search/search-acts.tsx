import {
  Button,
  Menu,
  MenuButton,
  MenuItemLink,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { SaveRegular } from '@fluentui/react-icons/svg/save'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SearchFacts } from '../../../api/endpoints/searches.ts'
import { linkTo } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { DeleteDialog, NameDialog } from './search-dialogs.tsx'

/** What can be done with a search as a whole. */
export function SearchActs({ search }: { search: SearchFacts }) {
  const { t } = useTranslation('search')
  const may = useMay()
  const navigate = useNavigate()
  const [open, setOpen] = useState<'name' | 'delete' | null>(null)
  const close = () => setOpen(null)
  return (
    <>
      {may('downloadResults') && <Download id={search.id} />}
      {search.own && (
        <>
          <Button icon={<SaveRegular />} onClick={() => setOpen('name')}>
            {search.name === null ? t('search:own.save') : t('search:own.rename')}
          </Button>
          <Button icon={<DeleteRegular />} onClick={() => setOpen('delete')}>
            {t('search:own.delete')}
          </Button>
        </>
      )}
      {open === 'name' && <NameDialog search={search} onClose={close} />}
      {open === 'delete' && (
        <DeleteDialog search={search} onClose={close} onDeleted={() => void navigate({ to: '/search' })} />
      )}
    </>
  )
}

function Download({ id }: { id: string }) {
  const { t } = useTranslation('search')
  const link = (safe: boolean) => linkTo('downloadResults', { params: { id }, query: { safe: String(safe) } })
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <MenuButton icon={<ArrowDownloadRegular />}>{t('search:download.label')}</MenuButton>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItemLink href={link(true)} download>
            {t('search:download.safe')}
          </MenuItemLink>
          <MenuItemLink href={link(false)} download>
            {t('search:download.untouched')}
          </MenuItemLink>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
