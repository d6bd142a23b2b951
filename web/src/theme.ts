import { createTheme } from '@mantine/core';
import type { MantineColorsTuple } from '@mantine/core';

/** One accent; red, amber and green are kept for what they say. */
const accent: MantineColorsTuple = [
  '#e7f1fb',
  '#cfe0f3',
  '#9dc0e6',
  '#679ed9',
  '#3d81ce',
  '#2570c7',
  '#1667c4',
  '#0857ae',
  '#004d9c',
  '#00438a',
];

/** Shades and contrast under which axe finds nothing, light and dark. */
export const theme = createTheme({
  colors: { accent },
  primaryColor: 'accent',
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  luminanceThreshold: 0.3,
  defaultRadius: 'sm',
  fontFamily: "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Noto Sans TC', 'Microsoft JhengHei', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'Cascadia Mono', 'Noto Sans Mono', Consolas, monospace",
  headings: { fontWeight: '600' },
  cursorType: 'pointer',
  focusRing: 'auto',
});
