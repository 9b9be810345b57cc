import {
  ActionIcon,
  Button,
  createTheme,
  type CSSVariablesResolver,
  Menu,
  Modal,
  type MantineColorsTuple,
  Popover,
  SegmentedControl,
  Select,
  Textarea,
  TextInput,
  PasswordInput,
  Tooltip,
} from '@mantine/core';

import { families, schemes, variables } from './tokens';

const accent: MantineColorsTuple = [
  '#edf3fb',
  '#d9e5f5',
  '#b3cbea',
  '#8ab6ef',
  '#5e8fd0',
  '#3a74bf',
  '#2f66ad',
  '#1f4f8f',
  '#183f73',
  '#112e55',
];

const graphite: MantineColorsTuple = [
  '#e4e7ea',
  '#c6ccd2',
  '#a3acb6',
  '#7f8994',
  '#434b54',
  '#2a3036',
  '#22282e',
  '#181c20',
  '#121518',
  '#0e1113',
];

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  colors: { accent, dark: graphite },
  fontFamily: families.sans,
  fontFamilyMonospace: families.mono,
  headings: { fontFamily: families.sans, fontWeight: '600' },
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '0.9375rem', xl: '1.125rem' },
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'xs', variant: 'default' } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 'md' } }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', withinPortal: true, position: 'bottom-end', offset: 6 } }),
    Popover: Popover.extend({ defaultProps: { shadow: 'md', withinPortal: true, offset: 6 } }),
    Modal: Modal.extend({ defaultProps: { centered: true, radius: 'lg', overlayProps: { backgroundOpacity: 0.4 } } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, withArrow: false, offset: 6, fz: 'xs' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm' } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: 'sm' } }),
    Textarea: Textarea.extend({ defaultProps: { size: 'sm' } }),
    Select: Select.extend({ defaultProps: { size: 'sm' } }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { size: 'xs' } }),
  },
});

/** Gives Mantine's own parts our surfaces, so that nothing brings its own grey. */
export const resolver: CSSVariablesResolver = () => ({
  variables: variables.constant,
  light: { ...variables.light, ...surfaces(schemes.light) },
  dark: { ...variables.dark, ...surfaces(schemes.dark) },
});

function surfaces(scheme: typeof schemes.light): Record<string, string> {
  return {
    '--mantine-color-body': scheme.surface,
    '--mantine-color-text': scheme.ink,
    '--mantine-color-dimmed': scheme.inkMuted,
    '--mantine-color-placeholder': scheme.inkFaint,
    '--mantine-color-anchor': scheme.accentInk,
    '--mantine-color-error': scheme.seal,
    '--mantine-color-default': scheme.surface,
    '--mantine-color-default-hover': scheme.hover,
    '--mantine-color-default-border': scheme.lineStrong,
    '--mantine-color-default-color': scheme.ink,
  };
}
