import type { TFunction } from 'i18next'
import { channelNames, directionLabels } from '../policies/labels.ts'
import { stratumLabels } from './labels.ts'

type Name = keyof typeof stratumLabels

/** `channel wecom, department Sales` in the reader's words. */
export function stratumText(t: TFunction, stratum: string): string {
  const parts = stratum.split(/, (?=(?:channel|department|direction) )/)
  return parts
    .map((part) => {
      const [, name, value = ''] = /^(channel|department|direction) (.*)$/.exec(part) ?? []
      return name === undefined ? part : `${t(stratumLabels[name as Name])}: ${valueText(t, name, value)}`
    })
    .join(' · ')
}

function valueText(t: TFunction, name: string, value: string): string {
  if (value === 'none') return '–'
  if (name === 'channel') return channelNames[value as keyof typeof channelNames] ?? value
  const direction = directionLabels[value as keyof typeof directionLabels]
  return name === 'direction' && direction !== undefined ? t(direction) : value
}
