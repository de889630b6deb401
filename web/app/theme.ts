import { theme, type ThemeConfig } from 'antd'

const FONT =
  'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif'
const CODE_FONT =
  'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace'

const LIGHT = {
  colorPrimary: '#4158c7',
  colorLink: '#4158c7',
  colorBgLayout: '#f5f6f8',
  colorBorderSecondary: '#e9ebf0',
  colorTextBase: '#1c2230',
  // Quiet texts are still to be read: 4.5 to 1 and better on every ground.
  colorTextTertiary: '#656b7a',
}
const DARK = {
  colorPrimary: '#7d90f0',
  colorLink: '#93a3f5',
  colorBgBase: '#12151b',
  colorBgLayout: '#0d0f14',
  colorBgContainer: '#151820',
  colorBgElevated: '#1c202a',
  colorBorderSecondary: '#252a35',
  colorTextTertiary: '#9299a8',
}

/** The look of the console. Its own style sheet (app.css and those beside the components) uses the same values as `--ant-…`. */
export function themeOf(isDark: boolean): ThemeConfig {
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    cssVar: { key: 'patchbay' },
    token: {
      fontFamily: FONT,
      fontFamilyCode: CODE_FONT,
      borderRadius: 8,
      // Who has asked the system for less motion gets none.
      motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      ...(isDark ? DARK : LIGHT),
    },
    components: {
      // White on it is to be read in the dark too; links and tabs need a lighter one.
      ...(isDark && { Button: { colorPrimary: '#5a6ee0', algorithm: true } }),
      Menu: {
        itemBorderRadius: 8,
        activeBarBorderWidth: 0,
        itemBg: 'transparent',
        ...(isDark && { itemSelectedColor: '#c9d2ff' }),
      },
      Table: {
        headerBg: 'transparent',
        headerSplitColor: 'transparent',
        cellPaddingInlineMD: 16,
        cellPaddingBlockMD: 10,
        cellPaddingInlineSM: 14,
      },
      Splitter: { splitTriggerSize: 12, splitBarDraggableSize: 28 },
    },
  }
}
