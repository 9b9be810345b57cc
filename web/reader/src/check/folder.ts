/** The check of the whole folder, where a person lets the page read it: each file against the signed `pack.json`. */
import { toHex } from '../bytes/bytes';
import type { Engine } from '../bytes/engine';
import { Sha256 } from '../bytes/sha256';
import { PACK_FORMAT, READER, type Listed, type Listing } from '../pack/shapes';
import { parseObject, same, type Json } from '../proof/canonical';
import { verified } from '../proof/signed';
import { fails, holds, type Step } from './steps';

/** Bytes that are read at once. */
const PIECE = 4 * 1024 * 1024;

/**
 * Check the files of a folder.
 *
 * @param files as the browser gives them: each with its path, the folder's own name first
 * @param listing the verified list of the page, which `pack.json` must repeat
 * @param progress told how many files of how many were read
 */
export async function checkFolder(
  engine: Engine,
  files: File[],
  listing: Listing,
  progress: (done: number, total: number) => void,
): Promise<Step[]> {
  const found = new Map<string, File>();
  for (const file of files) found.set(pathOf(file), file);
  const pack = found.get('pack.json');
  if (!pack) return [fails('pack', 'packMissing')];
  const document = await verified(engine, parseObject((await textOf(pack)).replace(/\n$/, ''))).catch(() => null);
  if (!document || document.key !== listing.head.signer || document.payload['format'] !== PACK_FORMAT)
    return [fails('pack', 'notSigned')];
  const whole = document.payload as unknown as Listing;
  const agrees = same(
    { ...document.payload, files: (whole.files as unknown as (Listed & Json)[]).filter(({ path }) => path !== READER) },
    { ...(listing as unknown as { [name: string]: Json }), format: PACK_FORMAT },
  );
  const signed = agrees ? holds('pack', 'pack', { count: whole.files.length }) : fails('pack', 'packDiffers');
  return [signed, await checkListed(found, whole.files, progress)];
}

async function checkListed(
  found: Map<string, File>,
  listed: Listed[],
  progress: (done: number, total: number) => void,
): Promise<Step> {
  const known = new Set(listed.map((file) => file.path));
  for (const path of Array.from(found.keys()))
    if (path !== 'pack.json' && !known.has(path)) return fails('folder', 'fileUnlisted', { path });
  for (let at = 0; at < listed.length; at++) {
    const { path, size, sha256 } = listed[at]!;
    const file = found.get(path);
    if (!file) return fails('folder', 'fileMissing', { path });
    if (file.size !== size || (await digestOf(file)) !== sha256) return fails('folder', 'fileChanged', { path });
    progress(at + 1, listed.length);
  }
  return holds('folder', 'folder', { count: listed.length });
}

/** The path below the folder that was chosen. */
function pathOf(file: File): string {
  const path = file.webkitRelativePath || file.name;
  return path.slice(path.indexOf('/') + 1);
}

async function digestOf(file: File): Promise<string> {
  const digest = new Sha256();
  for (let at = 0; at < file.size; at += PIECE)
    digest.update(new Uint8Array(await bytesOf(file.slice(at, at + PIECE))));
  return toHex(digest.digest());
}

// `Blob.arrayBuffer` came with Safari 14.
const bytesOf = (blob: Blob): Promise<ArrayBuffer> => read<ArrayBuffer>((reader) => reader.readAsArrayBuffer(blob));

const textOf = (blob: Blob): Promise<string> => read<string>((reader) => reader.readAsText(blob));

const read = <Content>(start: (reader: FileReader) => void): Promise<Content> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as unknown as Content);
    reader.onerror = () => reject(reader.error);
    start(reader);
  });
