import type { signInMethods } from '../../api/endpoints/session.ts'

export const methodLabels: Readonly<Record<(typeof signInMethods)[number], string>> = {
  link: 'general:method.link',
  password: 'general:method.password',
  'password+totp': 'general:method.passwordAndCode',
  passkey: 'general:method.passkey',
  oidc: 'general:method.provider',
}
