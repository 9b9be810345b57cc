import { FormDialog as Dialog, type FormProps } from '~/parts/FormDialog';

import { everything } from '@/api/queries';
import { useOffice } from '@/app/office';

export type { Field, Values } from '~/parts/FormDialog';

/** One act in the office: whatever it may have changed is asked for anew. */
export function FormDialog<T>(props: Omit<FormProps<T>, 'stale'>) {
  return <Dialog {...props} stale={everything(useOffice())} />;
}
