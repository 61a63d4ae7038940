/** Content codings: which one an answer has, and making it. */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip, zstdCompress } from 'node:zlib';

/** Content codings that this service writes. */
export type ContentEncoding = 'identity' | 'br' | 'gzip' | 'zstd';

/** Best first, where the client has no preference. */
const OFFERED: readonly ContentEncoding[] = ['br', 'zstd', 'gzip', 'identity'];

/** Clients send a handful of headers over and over. */
const MOST_REMEMBERED = 200;
const remembered = new Map<string, ContentEncoding>();

/**
 * The coding that an Accept-Encoding header prefers (RFC 9110, 12.5.3).
 * @param header undefined where there is none: then identity
 */
export function chooseEncoding(header: string | undefined): ContentEncoding {
  if (header === undefined) return 'identity';
  const known = remembered.get(header);
  if (known !== undefined) return known;
  const chosen = rank(header);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(header, chosen);
  return chosen;
}

function rank(header: string): ContentEncoding {
  const qualities = new Map(
    header.split(',').map((entry) => {
      const [name = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
      const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return [name, q === undefined ? 1 : Number(q) || 0];
    }),
  );
  const qualityOf = (coding: ContentEncoding): number =>
    qualities.get(coding) ?? (coding === 'identity' ? LEAST : qualities.get('*')) ?? 0;
  const best = OFFERED.reduce((a, b) => (qualityOf(b) > qualityOf(a) ? b : a));
  return qualityOf(best) > 0 ? best : 'identity';
}

/** The body as it is can always be had, and is what remains where nothing else is wanted. */
const LEAST = 1e-4;

/** For answers that are compressed once and sent often. */
const BROTLI_QUALITY = 5;
const ZSTD_LEVEL = 3;
const GZIP_LEVEL = 6;

/** Compresses in a thread of libuv. */
export async function compress(
  body: Uint8Array,
  encoding: Exclude<ContentEncoding, 'identity'>,
): Promise<Buffer> {
  if (encoding === 'gzip') return await promisify(gzip)(body, { level: GZIP_LEVEL });
  if (encoding === 'zstd') {
    return await promisify(zstdCompress)(body, {
      params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL },
    });
  }
  return await promisify(brotliCompress)(body, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
    },
  });
}
