import { useEffect, useState } from 'react';

import { FileError } from '~/crypto/file';
import type { Bytes } from '~/vault/bytes';
import { say } from '~/words';

/** A file as an address that the page can show, for as long as the part is there. */
export function useFile(
  load: () => Promise<Bytes | undefined>,
  mimetype: string,
  wanted = true,
): { url: string | null; fault: string | null } {
  const [url, setUrl] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    if (!wanted) return undefined;
    let made: string | null = null;
    let here = true;
    load().then(
      (bytes) => {
        if (!here) return;
        if (!bytes) return setFault(say('chat.file.none'));
        made = URL.createObjectURL(new Blob([bytes], { type: mimetype }));
        setUrl(made);
      },
      (thrown: unknown) => here && setFault(say(thrown instanceof FileError ? 'chat.file.bad' : 'chat.file.none')),
    );
    return () => {
      here = false;
      if (made) URL.revokeObjectURL(made);
    };
    // The file of a message never changes.
  }, [wanted]);
  return { url, fault };
}
