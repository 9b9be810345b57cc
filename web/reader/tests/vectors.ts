/** What Python and vodozemac say; tests/web/reader_vectors.py makes the file. */
import { readFileSync } from 'node:fs';

interface Vectors {
  digests: { text: string; sha256: string; hmac: string }[];
  canonical: string[];
  tree: { leaves: string[]; sizes: { size: number; root: string; paths: string[][]; since: string[][] }[] };
  megolm: {
    session: string;
    exported: string;
    messages: { index: number; text: string; ciphertext: string; key: string }[];
  };
}

export const vectors = JSON.parse(readFileSync(new URL('./vectors.json', import.meta.url), 'utf8')) as Vectors;
