/** Why a sign-in or a link through the provider failed, as the server puts it into the address it sends back to. */
export const providerProblems = ['provider-refused', 'user-unknown', 'user-exists'] as const
export type ProviderProblem = (typeof providerProblems)[number]

export function providerProblem(search: Record<string, unknown>): { problem?: ProviderProblem } {
  const problem = providerProblems.find((one) => one === search.problem)
  return problem === undefined ? {} : { problem }
}
