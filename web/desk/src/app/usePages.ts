import { PAGES, type Page } from './pages';
import { useDesk } from './session';

/** The pages that this user may open. */
export function usePages(): readonly Page[] {
  const { session } = useDesk();
  return PAGES.filter(({ name }) => name !== 'users' || (session.role === 'administrator' && !session.single_user));
}
