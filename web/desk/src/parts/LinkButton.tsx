import { Button } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ComponentProps } from 'react';

/** A link to a page that looks like a button: it can be opened in another tab, and is read out as a link. */
export const LinkButton = createLink((props: ComponentProps<typeof Button<'a'>>) => (
  <Button component="a" {...props} />
));
