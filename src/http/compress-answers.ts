/**
 * Compresses JSON, CSV and HTML by Accept-Encoding. An answer that has a Content-Encoding already, and every other type
 * of content, is left alone: tiles bring their own coding, files are read in byte ranges.
 */
import { pipeline, Readable, type Transform } from 'node:stream';
import { constants, createBrotliCompress, createGzip, createZstdCompress } from 'node:zlib';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type ContentEncoding, chooseEncoding, compress } from './content-encoding.ts';

const COMPRESSED = /^(application\/([a-z.+-]+\+)?json|text\/(csv|html))\b/;

/** Smaller bodies fit into one packet anyway. */
export const LEAST_BYTES = 1000;

/** Installs the hook for all routes of an app. */
export function compressAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload: unknown) => {
    const type = String(reply.getHeader('content-type') ?? '');
    if (reply.hasHeader('content-encoding') || !COMPRESSED.test(type)) return payload;
    varyByEncoding(reply);
    const encoding = chooseEncoding(request.headers['accept-encoding'] as string | undefined);
    if (encoding === 'identity') return payload;
    if (payload instanceof Readable) {
      setCoding(reply, encoding);
      const coder = makeCoder(encoding);
      // An error of the source destroys the coder, which ends the connection: the client sees that the answer is cut.
      pipeline(payload, coder, () => {});
      return coder;
    }
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload;
    const body = Buffer.from(payload);
    if (body.length < LEAST_BYTES) return payload;
    setCoding(reply, encoding);
    return await compress(body, encoding);
  });
}

function setCoding(reply: FastifyReply, encoding: ContentEncoding): void {
  reply.header('content-encoding', encoding);
  reply.removeHeader('content-length');
}

function varyByEncoding(reply: FastifyReply): void {
  const vary = String(reply.getHeader('vary') ?? '');
  if (/\baccept-encoding\b/i.test(vary)) return;
  reply.header('vary', vary === '' ? 'Accept-Encoding' : `${vary}, Accept-Encoding`);
}

/** Answers that are made once and sent once are compressed quickly rather than well. */
const BROTLI_QUALITY = 4;

function makeCoder(encoding: Exclude<ContentEncoding, 'identity'>): Transform {
  if (encoding === 'gzip') return createGzip();
  if (encoding === 'zstd') return createZstdCompress();
  return createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
}
