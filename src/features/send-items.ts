/** A page of items in the format that was asked for. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { CSV_TYPE } from '../http/csv.ts';
import type { KeptAnswers } from '../http/kept-answers.ts';
import { apiBase, type Link, MEDIA } from '../http/links.ts';
import { PAGE_TYPE } from '../http/page.ts';
import { chooseRange } from '../http/ranges.ts';
import { sendChunks } from '../http/stream.ts';
import { type Language, textOf } from '../label.ts';
import type { Reader } from '../reader.ts';
import { inBatches } from './batches.ts';
import { describeBoundary, describeParts, newestPart } from './feature.ts';
import type { FeatureRequest } from './items-request.ts';
import { renderItems } from './pages.ts';
import type { Page } from './read-items.ts';
import type { Subject } from './subject.ts';
import { type FileContent, fileColumns } from './tabular.ts';
import { writeCsv } from './write-csv.ts';
import { writeFlatGeobuf } from './write-flatgeobuf.ts';
import { featureWriter, writeCollection } from './write-geojson.ts';
import { writeGeoPackage } from './write-geopackage.ts';

/** Formats of items by the value of `f`. */
export const ITEM_FORMATS = {
  geojson: MEDIA.geojson,
  html: MEDIA.html,
  csv: MEDIA.csv,
  flatgeobuf: MEDIA.flatgeobuf,
  gpkg: MEDIA.gpkg,
  json: MEDIA.geojson,
};

/** One of them. */
export type ItemFormat = keyof typeof ITEM_FORMATS;

/** Formats that are files with shapes. */
export const SHAPE_FILES: readonly ItemFormat[] = ['flatgeobuf', 'gpkg'];

/** What is sent. */
export interface ItemsAnswer {
  subject: Subject;
  asked: FeatureRequest;
  page: Page;
  links: Link[];
  language: Language;
  /** When the newest release was published, ISO. */
  published: string;
}

type Send = (request: FastifyRequest, reply: FastifyReply, answer: ItemsAnswer) => Promise<FastifyReply>;

const MOST_FILE_BYTES = 128 * 1024 * 1024;

/** Makes the senders, by format. @param answers take what may be asked for again */
export function makeItemSenders(reader: Reader, answers: KeptAnswers): Record<ItemFormat, Send> {
  // Clients fetch a FlatGeobuf file in many ranges.
  const files = new LRUCache<string, Buffer>({
    maxSize: MOST_FILE_BYTES,
    sizeCalculation: ({ length }) => length + 1,
  });

  const sendGeoJson: Send = async (request, reply, { subject, asked, page, links, language }) => {
    const { selection, crs } = asked;
    const { version } = subject;
    const parts = page.rows.parts(page.positions);
    const head = {
      numberMatched: page.numberMatched,
      numberReturned: page.positions.length,
      ...(version ? { boundaryVersion: describeBoundary(version, language) } : {}),
      release: newestPart(parts) ?? subject.geography.release,
      columns: describeParts(parts, selection.properties, language),
      links,
    };
    const batches = inBatches(page, selection.geometry ? crs : null);
    const write = featureWriter(page.rows, selection.properties);
    reply.type(MEDIA.geojson);
    return await sendChunks(reply, answers.record(request, reply, writeCollection(head, batches, write)));
  };

  return {
    geojson: sendGeoJson,
    json: sendGeoJson,

    async html(request, reply, { subject, asked, page, links, language }) {
      const { properties } = asked.selection;
      const content = {
        language,
        base: apiBase(request),
        collection: subject.collection,
        collectionTitle: textOf(subject.title, language),
        geography: subject.geography,
        version: subject.version,
        properties,
        columns: fileColumns(page.rows, properties),
        links,
      };
      const rows = page.positions.map((i) => ({ i, id: page.rows.idOf(i) }));
      return reply.type(PAGE_TYPE).send(renderItems(content, rows, page.numberMatched));
    },

    async csv(request, reply, { subject, asked, page }) {
      const chunks = writeCsv(page.rows, asked.selection.properties, inBatches(page, null));
      asFile(reply, `${subject.collection}.csv`);
      reply.type(CSV_TYPE);
      return await sendChunks(reply, answers.record(request, reply, chunks));
    },

    async flatgeobuf(request, reply, answer) {
      const key = String(reply.getHeader('etag'));
      const bytes = files.get(key) ?? (await writeFlatGeobuf(contentOf(answer)));
      files.set(key, bytes);
      asFile(reply, `${answer.subject.collection}.fgb`);
      const { start, end } = chooseRange(request, reply, bytes.length);
      return reply.type(MEDIA.flatgeobuf).send(bytes.subarray(start, end + 1));
    },

    async gpkg(request, reply, answer) {
      const content = contentOf(answer);
      const file = await writeGeoPackage(content, await reader.wkt(content.crs.epsg), answer.published);
      try {
        const { start, end } = chooseRange(request, reply, (await stat(file.path)).size);
        asFile(reply, `${answer.subject.collection}.gpkg`);
        const bytes = createReadStream(file.path, { start, end });
        bytes.once('close', () => void file.remove());
        return reply.type(MEDIA.gpkg).send(bytes);
      } catch (error) {
        await file.remove();
        throw error;
      }
    },
  };

  function contentOf({ subject, asked, page, language }: ItemsAnswer): FileContent {
    const { selection, crs } = asked;
    return {
      name: subject.collection,
      title: textOf(subject.title, language),
      columns: fileColumns(page.rows, selection.properties),
      // Files hold x before y in every system.
      batches: inBatches(page, { ...crs, latitudeFirst: false }),
      crs,
      count: page.positions.length,
    };
  }
}

function asFile(reply: FastifyReply, name: string): void {
  reply.header('content-disposition', `attachment; filename="${name}"`);
}
