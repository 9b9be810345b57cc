import type { Run } from '~/logic/excerpt';

/** Text with its matches bright. */
export function MarkedText({ runs }: { runs: readonly Run[] }) {
  return runs.map((run, index) =>
    run.match ? <mark key={index}>{run.text}</mark> : <span key={index}>{run.text}</span>,
  );
}
