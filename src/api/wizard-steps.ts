/** The steps of the wizard that makes a connector, in order. */
export const wizardSteps = ['description', 'terms', 'sign-in', 'mapping', 'delivery', 'review'] as const
export type WizardStep = (typeof wizardSteps)[number]
