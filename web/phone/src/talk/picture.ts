/** Make a picture ready to leave: drawn anew, so that nothing but its pixels goes along: no place, no camera, no time. */
import type { Bytes } from '~/vault/bytes';

/** Longest edge in pixels. */
const LONGEST_EDGE = 2048;
const QUALITY = 0.85;

export interface Drawn {
  bytes: Bytes;
  mimetype: 'image/jpeg';
  width: number;
  height: number;
}

/** Throws a DOMException when the file is no picture that the browser can read. */
export async function drawnAnew(file: Blob): Promise<Drawn> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const scale = Math.min(1, LONGEST_EDGE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  ];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  // JPEG has no transparency: what shone through was most likely seen on white.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
  return { bytes: new Uint8Array(await blob.arrayBuffer()), mimetype: 'image/jpeg', width, height };
}
