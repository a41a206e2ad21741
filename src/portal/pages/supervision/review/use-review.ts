import { useTranslation } from 'react-i18next'
import { useCall } from '../../../api/calls.ts'
import { useMay, useSession } from '../../../api/session.ts'
import type { Review } from './labels.ts'

/** The policy as a reviewer knows it; null where he does not review it. */
export function useReview(policyId: number): Review | null {
  const may = useMay()
  const reviews = useCall('listReviews', undefined, { enabled: may('listReviews') })
  return reviews.data?.find(({ id }) => id === policyId) ?? null
}

/** The policy's name, from whichever list the person may read. */
export function usePolicyName(policyId: number): string {
  const { t } = useTranslation('review')
  const may = useMay()
  const review = useReview(policyId)
  const policies = useCall('listSupervisionPolicies', undefined, { enabled: may('listSupervisionPolicies') })
  const known = review ?? policies.data?.find(({ id }) => id === policyId)
  return known?.name ?? t('review:policy')
}

/** What a rule is called; its id where it has no title, or is of a version that is no longer in force. */
export function useRuleTitles(policyId: number): (rule: string) => string {
  const review = useReview(policyId)
  return (rule) => review?.rules.find(({ id }) => id === rule)?.title || rule
}

/** Who investigates ends reviews and takes them up again; who analyses tags, comments and escalates. */
export function useInvestigates(): boolean {
  return useSession().roles.includes('Communication Compliance Investigation')
}
