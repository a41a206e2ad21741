import { useTranslation } from 'react-i18next'
import { typeLabels } from './labels.ts'
import { ProductDescription } from './product-description.tsx'
import { StepFrame } from './step-frame.tsx'
import type { StepProps } from './use-draft.ts'

export function DescriptionStep({ draft, open, go }: StepProps) {
  const { t } = useTranslation('connectors')
  return (
    <StepFrame
      title={t('connectors:step.description')}
      text={t(typeLabels[draft.type])}
      open={open}
      next={t('connectors:wizard.next')}
      onNext={() => go('terms')}
    >
      <ProductDescription type={draft.type} />
    </StepFrame>
  )
}
