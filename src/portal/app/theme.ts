import { type BrandVariants, createDarkTheme, createLightTheme, type Theme } from '@fluentui/react-components'

const brand: BrandVariants = {
  10: '#03060b',
  20: '#0b1a30',
  30: '#0b2b52',
  40: '#0b386c',
  50: '#0e4583',
  60: '#12529a',
  70: '#175eaf',
  80: '#1d6ac0',
  90: '#3b7dcb',
  100: '#558fd4',
  110: '#6ea1dd',
  120: '#87b2e5',
  130: '#a0c4ed',
  140: '#b9d5f3',
  150: '#d2e5f8',
  160: '#ebf4fd',
}

const fonts = {
  fontFamilyBase:
    '"Segoe UI", "Segoe UI Web (West European)", -apple-system, BlinkMacSystemFont, Roboto, "Helvetica Neue", "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif',
}

export const lightTheme: Theme = { ...createLightTheme(brand), ...fonts }

const dark = createDarkTheme(brand)
/** Words in the brand's colour are a step lighter than the library's, for contrast on its dark grounds. */
export const darkTheme: Theme = {
  ...dark,
  ...fonts,
  colorBrandForeground1: brand[110],
  colorBrandForeground2: brand[120],
  colorBrandForegroundLink: brand[120],
  colorBrandForegroundLinkHover: brand[130],
}
