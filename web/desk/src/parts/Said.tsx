import { useTranslation } from 'react-i18next';

import { interpreter } from '~/logic/said';
import fr from '~/words/said/fr.json';
import nl from '~/words/said/nl.json';

/** The server speaks English itself. */
const INTERPRETERS: Readonly<Record<string, ReturnType<typeof interpreter>>> = {
  fr: interpreter(fr),
  nl: interpreter(nl),
};

/** Words of the server in the language of the desk; what is not known in it stays as said, and says that it is English. */
export function Said({ children: said }: { children: string }) {
  const { i18n } = useTranslation();
  const interpret = INTERPRETERS[i18n.language];
  if (!interpret) return said;
  return interpret(said) ?? <span lang="en">{said}</span>;
}
