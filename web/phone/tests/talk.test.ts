import 'fake-indexeddb/auto';

import { beforeEach, describe, expect, test } from 'vitest';

import { decryptFile, encryptFile, FileError, isEncryptedFile } from '~/crypto/file';
import { Book } from '~/talk/book';
import {
  contentOf,
  conversationOf,
  excerptOf,
  fitted,
  glanceOf,
  heard,
  quoteOf,
  reactionContent,
  reactionOf,
} from '~/talk/content';
import { events } from '~/talk/handover';
import { History, PAGE } from '~/talk/history';
import { emptyChat, gathered, markOf, type Message, type Placed, type Voice, withReaction } from '~/talk/model';
import { dueOf, Timers } from '~/talk/timers';
import { ChatWindow, HELD } from '~/talk/window';
import { random, utf8 } from '~/vault/bytes';
import { Database } from '~/vault/database';
import { vaultKeys } from '~/vault/keys';
import { newRoot } from '~/vault/slots';
import { Vault } from '~/vault/vault';

const ROOM = '!kade:phone.example';
const ME = 'K7M2XQ';

const fileOf = async (): Promise<Voice['file']> => {
  const { file } = await encryptFile(utf8('geluid'));
  return { ...file, url: 'mxc://phone.example/AbC' };
};

describe('what is said', () => {
  test('text, voice and picture come back from their contents as they were', async () => {
    const file = await fileOf();
    const bodies = [
      { kind: 'text', text: 'De boot\nkomt' },
      {
        kind: 'voice',
        file,
        mimetype: 'audio/webm; codecs=opus',
        size: 9,
        duration: 1200,
        waveform: [0, 512, 1024],
        words: 'Voice message',
      },
      { kind: 'picture', file, mimetype: 'image/jpeg', size: 9, width: 640, height: 480, words: 'Picture' },
    ] as const;
    for (const body of bodies) {
      const content = contentOf({
        body: body as never,
        timer: 30,
        reply: { id: '$a', from: ME, excerpt: '', kind: 'text' },
      });
      expect(heard(content)).toEqual({ body, replyTo: '$a', timer: 30 });
    }
  });

  test('a voice message is one as Matrix specifies it', async () => {
    const body: Voice = {
      kind: 'voice',
      file: await fileOf(),
      mimetype: 'audio/ogg',
      size: 9,
      duration: 1200,
      waveform: [1],
    };
    expect(contentOf({ body, timer: 0 })).toMatchObject({
      msgtype: 'm.audio',
      'org.matrix.msc3245.voice': {},
      'org.matrix.msc1767.audio': { duration: 1200, waveform: [1] },
      info: { duration: 1200, mimetype: 'audio/ogg', size: 9 },
    });
  });

  test.each([
    {},
    { msgtype: 'm.text' },
    { msgtype: 'm.text', body: 7 },
    { msgtype: 'm.audio', url: 'mxc://phone.example/clear' },
    { msgtype: 'm.image', file: { v: 'v2', url: 'https://elsewhere.example/x' } },
    { msgtype: 'm.location', geo_uri: 'geo:51,4' },
  ])('what has another shape is not shown: %j', (content) => {
    expect(heard(content)).toBeNull();
  });

  test('a picture that calls itself SVG is shown as none', async () => {
    const found = heard({
      msgtype: 'm.image',
      file: await fileOf(),
      info: { mimetype: 'image/svg+xml', w: -5, h: 1e9 },
    });
    expect(found?.body).toMatchObject({ mimetype: 'image/jpeg', width: 0, height: 20_000 });
  });

  test('a waveform of any length and with any value is brought to at most 64 points of 0 to 1024', async () => {
    const waveform = [...Array.from({ length: 500 }, (_, at) => at * 10), Number.NaN, 'x', -3];
    const found = heard({
      msgtype: 'm.audio',
      file: await fileOf(),
      'org.matrix.msc1767.audio': { duration: 5, waveform },
    });
    const points = (found?.body as Voice).waveform;
    expect(points).toHaveLength(64);
    expect(Math.max(...points)).toBe(1024);
    expect(points.every((point) => Number.isInteger(point) && point >= 0)).toBe(true);
    expect(fitted([3, 1])).toEqual([3, 1]);
  });

  test('a conversation has a name of bounded length, or none', () => {
    expect(conversationOf({ name: ` ${'x'.repeat(99)}`, timer: 30, at: 5 })).toEqual({
      name: 'x'.repeat(60),
      timer: 30,
      at: 5,
    });
    expect(conversationOf({ name: null })).toEqual({ name: null, timer: 0, at: 0 });
    expect(conversationOf({ name: { evil: 1 } })).toBeNull();
  });

  test('an excerpt does not cut a sign in two', () => {
    expect([...excerptOf({ kind: 'text', text: '👍'.repeat(300) })]).toHaveLength(120);
  });

  test('only what says something can be answered', () => {
    const message = { id: '$a', from: ME, at: 1, body: { kind: 'locked' } as const };
    expect(quoteOf(message)).toBeNull();
    expect(glanceOf(message, ME)).toMatchObject({ kind: 'locked', mine: true, excerpt: '' });
  });
});

describe('reactions', () => {
  test('a reaction comes back from its content, and what is none does not', () => {
    expect(reactionOf(reactionContent('$a', '👍'))).toEqual({ target: '$a', sign: '👍' });
    expect(reactionOf(reactionContent('$a', `${'x'.repeat(99)}`))?.sign).toHaveLength(12);
    for (const content of [
      {},
      reactionContent('$a', ' '),
      { 'm.relates_to': { rel_type: 'm.replace', event_id: '$a' } },
    ])
      expect(reactionOf(content)).toBeNull();
  });

  test('one event counts once, one person with one sign counts once, and a flood is cut', () => {
    const message: Placed = { id: '$a', from: ME, at: 1, body: { kind: 'text', text: 'ja' }, place: 0 };
    const of = (id: string, from = ME) => ({ id, from, at: 2, sign: '👍' });
    const once = withReaction(message, of('$1')) as Placed;
    expect(withReaction(once, of('$1'))).toBeNull();
    const more = [of('$2'), of('$3', 'R4T8WZ')].reduce((all, each) => withReaction(all, each) ?? all, once);
    expect([...gathered(more.reactions ?? [])].map(([sign, who]) => [sign, who.size])).toEqual([['👍', 2]]);
    let flooded = message;
    for (let count = 0; count < 500; count += 1) flooded = withReaction(flooded, of(`$${count}`)) ?? flooded;
    expect(flooded.reactions).toHaveLength(200);
    expect(withReaction({ ...message, body: { kind: 'note', what: 'joined', value: null } }, of('$1'))).toBeNull();
  });
});

describe('what is handed over', () => {
  const written = (message: Partial<Message>) =>
    events(ROOM, { id: '$a', from: ME, at: 5, body: { kind: 'locked' }, ...message }, { userIdOf: (pin) => `@${pin}` });

  test('a message is the event that a phone without a screen would write', async () => {
    const file = await fileOf();
    const body = {
      kind: 'voice' as const,
      file,
      mimetype: 'audio/ogg',
      size: 9,
      duration: 1,
      waveform: [],
      words: 'v.ogg',
    };
    expect(written({ body, answers: '$q' })).toEqual([
      {
        event_id: '$a',
        room_id: ROOM,
        sender: `@${ME}`,
        origin_server_ts: 5,
        type: 'm.room.message',
        content: {
          msgtype: 'm.audio',
          body: 'v.ogg',
          'org.matrix.msc3245.voice': {},
          info: { mimetype: 'audio/ogg', size: 9 },
          file,
          'm.relates_to': { 'm.in_reply_to': { event_id: '$q' } },
        },
      },
    ]);
    expect(written({ body: { kind: 'text', text: 'hoor', notice: true } })[0]?.content).toEqual({
      msgtype: 'm.notice',
      body: 'hoor',
    });
  });

  test('a reaction is an event of its own; what was locked, and who came in, is none', () => {
    const reactions = [{ id: '$r', from: 'R4T8WZ', at: 6, sign: '🎂' }];
    expect(written({ body: { kind: 'text', text: 'taart' }, reactions })[1]).toMatchObject({
      event_id: '$r',
      sender: '@R4T8WZ',
      type: 'm.reaction',
      content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$a', key: '🎂' } },
    });
    expect(written({})).toEqual([]);
    expect(written({ body: { kind: 'note', what: 'joined', value: null } })).toEqual([]);
    expect(written({ body: { kind: 'note', what: 'named', value: 'Kade' } })[0]).toMatchObject({
      type: 'org.underseal.conversation',
      content: { name: 'Kade' },
    });
  });
});

describe('files', () => {
  test('a file comes back as it was, and a changed one is refused', async () => {
    const plain = random(1000);
    const { sealed, file } = await encryptFile(plain);
    const whole = { ...file, url: 'mxc://phone.example/AbC' };
    expect(isEncryptedFile(whole)).toBe(true);
    expect(await decryptFile(sealed, whole)).toEqual(plain);
    sealed[5] = (sealed[5] as number) ^ 1;
    await expect(decryptFile(sealed, whole)).rejects.toThrow(FileError);
  });

  test('the counter begins at zero, as the specification asks', async () => {
    const { file } = await encryptFile(random(10));
    expect(Buffer.from(file.iv, 'base64').subarray(8)).toEqual(Buffer.alloc(8));
  });
});

describe('marks', () => {
  const chat = { ...emptyChat(ROOM, 'group'), members: ['A', 'B'] };

  test('what holds for all is shown', () => {
    expect(markOf(chat, 10)).toBe('sent');
    expect(markOf({ ...chat, delivered: { A: 10 } }, 10)).toBe('sent');
    expect(markOf({ ...chat, delivered: { A: 10, B: 11 } }, 10)).toBe('delivered');
    expect(markOf({ ...chat, delivered: { A: 10 }, read: { B: 10 } }, 10)).toBe('delivered');
    expect(markOf({ ...chat, read: { A: 10, B: 12 } }, 10)).toBe('read');
    expect(markOf(emptyChat(ROOM, 'direct'), 10)).toBe('sent');
  });
});

describe('timers', () => {
  test('a message goes after it was seen, at the latest at its end', () => {
    expect(dueOf({})).toBeNull();
    expect(dueOf({ timer: 30 })).toBeNull();
    expect(dueOf({ timer: 30, until: 90_000 })).toBe(90_000);
    expect(dueOf({ timer: 30, until: 90_000, seen: 10_000 })).toBe(40_000);
    expect(dueOf({ timer: 30, until: 20_000, seen: 10_000 })).toBe(20_000);
    expect(dueOf({ until: 20_000, seen: 10_000 })).toBe(20_000);
  });
});

describe('a long conversation', () => {
  const COUNT = 10_000;
  let book: Book;
  let vault: Vault;

  beforeEach(async () => {
    indexedDB.deleteDatabase('underseal');
    vault = new Vault(await Database.open(), await vaultKeys(newRoot()));
    book = new Book(new History(vault), ME);
  });

  const message = (place: number): Placed => ({
    id: `$${place}`,
    from: ME,
    at: place,
    place,
    body: { kind: 'text', text: `${place}` },
  });

  const fill = async (count: number): Promise<void> => {
    for (let from = 0; from < count; from += 1000) {
      const some = Array.from({ length: Math.min(1000, count - from) }, (_, at) => message(from + at));
      await book.history.write(some.flatMap((each) => book.history.writesOf(ROOM, each)));
    }
    await book.save({ ...emptyChat(ROOM, 'direct'), next: count });
  };

  test('of 10,000 messages a few pages are held, whichever way one scrolls', async () => {
    await fill(COUNT);
    const shown = new ChatWindow(book, ROOM);
    await shown.toEnd();
    expect(shown.stretch.get().messages.map(({ place }) => place)).toEqual(
      Array.from({ length: PAGE }, (_, at) => COUNT - PAGE + at),
    );
    for (let page = 0; page < 20; page += 1) await shown.older();
    let { messages, older, newer } = shown.stretch.get();
    expect([messages.length, messages[0]?.place, older, newer]).toEqual([HELD, COUNT - 21 * PAGE, true, true]);
    for (let page = 0; page < 20; page += 1) await shown.newer();
    ({ messages, older, newer } = shown.stretch.get());
    expect([messages.length, messages.at(-1)?.place, older, newer]).toEqual([HELD, COUNT - 1, true, false]);
    shown.stop();
    vault.close();
  }, 60_000);

  test('a page that comes late, after one has gone to the end, is dropped', async () => {
    await fill(4 * PAGE);
    const shown = new ChatWindow(book, ROOM);
    await shown.around(PAGE);
    await Promise.all([shown.newer(), shown.toEnd()]);
    await Promise.all([shown.older(), shown.toEnd()]);
    const places = shown.stretch.get().messages.map(({ place }) => place);
    expect(places).toEqual([...new Set(places)].sort((one, other) => one - other));
    expect(places.at(-1)).toBe(4 * PAGE - 1);
    shown.stop();
    vault.close();
  });

  test('what is removed goes from the window and the history, and the page before it is found across the hole', async () => {
    await fill(3 * PAGE);
    const timers = new Timers(vault, book);
    const shown = new ChatWindow(book, ROOM);
    await shown.toEnd();
    for (let place = PAGE; place < 3 * PAGE; place += 1) await timers.remove(`$${place}`);
    expect(shown.stretch.get().messages).toEqual([]);
    await shown.toEnd();
    expect(shown.stretch.get().messages.at(-1)?.place).toBe(PAGE - 1);
    expect(await book.history.find(`$${PAGE}`)).toBeNull();
    shown.stop();
    vault.close();
  });

  test('what came due while the phone was locked is gone before anything is shown', async () => {
    await fill(2);
    let now = 1000;
    const timed = { ...message(1), timer: 5, until: 9000 };
    await book.history.write(book.history.writesOf(ROOM, timed));
    const before = new Timers(vault, book, () => now);
    await before.set(ROOM, [timed]);
    before.stop();
    now = 9000;
    const after = new Timers(vault, book, () => now);
    await after.load();
    expect((await book.history.between(ROOM, 0, 2)).map(({ id }) => id)).toEqual(['$0']);
    vault.close();
  });
});
