/** What people and conversations are called on this phone. */
import { useCell, usePhone } from '~/app/hooks';
import type { Chat } from '~/talk/model';
import { say } from '~/words';

export interface Names {
  /** By PIN: the nickname given here, else the PIN. */
  of(pin: string): string;
  ofChat(chat: Chat): string;
}

export function useNames(): Names {
  const { contacts, me } = usePhone();
  const nicknames = useCell(contacts.nicknames);
  const of = (pin: string): string => (pin === me ? say('you') : (nicknames[pin] ?? pin));
  const ofChat = (chat: Chat): string => {
    const others = [...chat.members, ...chat.invited].map(of).join(', ');
    // Who has left a direct conversation is in what was said last.
    return chat.name || others || (chat.glance && !chat.glance.mine ? of(chat.glance.from) : say('list.title'));
  };
  return { of, ofChat };
}
