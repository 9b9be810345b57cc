/** Delivery and read marks: the first travel encrypted from phone to phone, the second are Matrix receipts. */
import { ClientEvent, type MatrixClient, Method } from 'matrix-js-sdk';

import { pinOf, userIdOf } from '~/contacts/pin';
import type { Trust } from '~/crypto/trust';
import type { Crypto } from '~/line/client';

import type { Book } from './book';
import { DELIVERED } from './content';

export class Marks {
  constructor(
    private readonly client: MatrixClient,
    private readonly crypto: Crypto,
    private readonly book: Book,
    private readonly trust: Trust,
    private readonly server: string,
  ) {}

  begin(): void {
    this.client.on(ClientEvent.ReceivedToDeviceMessage, ({ message, encryptionInfo }) => {
      const pin = pinOf(encryptionInfo?.sender ?? '');
      if (pin && message.type === DELIVERED) void this.#delivered(pin, message.content);
    });
  }

  /** Tell a sender's pinned devices that messages have arrived. */
  async arrived(room: string, sender: string, ids: readonly string[]): Promise<void> {
    const userId = userIdOf(sender, this.server);
    if ((await this.trust.review(sender)) === 'changed') return;
    const devices = Object.keys(await this.trust.devices(sender)).map((deviceId) => ({ userId, deviceId }));
    if (!devices.length) return;
    const batch = await this.crypto.encryptToDeviceMessages(DELIVERED, devices, { room_id: room, event_ids: ids });
    if (batch.batch.length) await this.client.queueToDevice(batch);
  }

  /** The reader has seen everything up to this message. */
  async read(room: string, id: string): Promise<void> {
    const path = `/rooms/${encodeURIComponent(room)}/receipt/m.read/${encodeURIComponent(id)}`;
    // Without a line the mark is not sent; the next visit sends a later one.
    await this.client.http.authedRequest(Method.Post, path, undefined, {}).catch(() => undefined);
  }

  async #delivered(pin: string, content: Record<string, unknown>): Promise<void> {
    const { room_id: room, event_ids: ids } = content;
    if (typeof room !== 'string' || !Array.isArray(ids)) return;
    for (const id of ids.slice(0, 500)) {
      const found = typeof id === 'string' ? await this.book.history.find(id) : null;
      if (!found || found.room !== room || found.message.from !== this.book.me) continue;
      const { at } = found.message;
      await this.book.change(room, ({ delivered }) => ({
        delivered: { ...delivered, [pin]: Math.max(delivered[pin] ?? 0, at) },
      }));
    }
  }
}
