import { useTranslation } from 'react-i18next';

import { interpreter } from '~/logic/said';
import refusedFr from '~/words/refused/fr.json';
import refusedNl from '~/words/refused/nl.json';
import fr from '~/words/said/fr.json';
import nl from '~/words/said/nl.json';

import { asFound } from './asFound';

type Interpreters = Readonly<Record<string, ReturnType<typeof interpreter>>>;

/** The server speaks English itself. */
const INTERPRETERS: Interpreters = {
  fr: interpreter({ ...fr, ...refusedFr }),
  nl: interpreter({ ...nl, ...refusedNl }),
};

/** Without refusals: a person who writes a sentence of that shape is not to be translated. */
const OF_NOTES: Interpreters = {
  fr: interpreter(fr),
  nl: interpreter(nl),
};

interface Props {
  children: string;
}

function useOther(said: string, interpreters: Interpreters): string | null {
  const { i18n } = useTranslation();
  const interpret = interpreters[i18n.language];
  return interpret ? interpret(said) : said;
}

/** Words of the server in the language of the desk; what is not known in it stays as said, and says that it is English. */
export function Said({ children: said }: Props) {
  return useOther(said, INTERPRETERS) ?? <span lang="en">{said}</span>;
}

/** What may be words of the server, or of the evidence or of a person: these stay as they were found. */
export function Noted({ children: noted }: Props) {
  return useOther(noted, OF_NOTES) ?? <span {...asFound}>{noted}</span>;
}
