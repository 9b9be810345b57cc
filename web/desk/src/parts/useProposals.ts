import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { completions, sameSight } from '~/api/queries';
import type { Completion, ErrorBody } from '~/api/types';
import { useDesk } from '~/app/session';
import { toPoints } from '~/logic/codepoints';

/** A pause in typing, after which the server is asked what may follow, in milliseconds. */
const PAUSE = 120;

interface Proposals {
  completions: readonly Completion[];
  fault: ErrorBody | null;
  /** What the query means, "" while that is not known. */
  explained: string;
}

const NONE: Proposals = { completions: [], fault: null, explained: '' };

/** What may follow at the caret of a query, what it means, and what is wrong with it; asked while `active`. */
export function useProposals(text: string, caret: number, active: boolean): Proposals {
  const { client } = useDesk();
  const typed = useMemo(() => ({ text, position: toPoints(text, caret) }), [text, caret]);
  const [asked] = useDebouncedValue(typed, PAUSE);
  const answer = useQuery({
    ...completions(client, asked.text, asked.position),
    enabled: active,
    placeholderData: sameSight(client),
  });
  if (!answer.data || asked.text !== text) return NONE;
  // The caret moved on: what was proposed for its old place no longer fits, what was said of the whole query does.
  return asked.position === typed.position ? answer.data : { ...answer.data, completions: [] };
}
