import type { themes } from '../../api/endpoints/session.ts'

export const themeLabels: Readonly<Record<(typeof themes)[number], string>> = {
  system: 'general:theme.system',
  light: 'general:theme.light',
  dark: 'general:theme.dark',
}
