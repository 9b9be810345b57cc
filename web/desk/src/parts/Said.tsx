import { useTranslation } from 'react-i18next';

import { interpreter } from '~/logic/said';
import fr from '~/words/said/fr.json';
import nl from '~/words/said/nl.json';

import { asFound } from './asFound';

/** The server speaks English itself. */
const INTERPRETERS: Readonly<Record<string, ReturnType<typeof interpreter>>> = {
  fr: interpreter(fr),
  nl: interpreter(nl),
};

interface Props {
  children: string;
}

function useOther(said: string): string | null {
  const { i18n } = useTranslation();
  const interpret = INTERPRETERS[i18n.language];
  return interpret ? interpret(said) : said;
}

/** Words of the server in the language of the desk; what is not known in it stays as said, and says that it is English. */
export function Said({ children: said }: Props) {
  return useOther(said) ?? <span lang="en">{said}</span>;
}

/** What may be words of the server, or of the evidence or of a person: these stay as they were found. */
export function Noted({ children: noted }: Props) {
  return useOther(noted) ?? <span {...asFound}>{noted}</span>;
}
