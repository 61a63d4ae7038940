/** A page of items in the format that was asked for. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Geography } from '../catalog/catalog.ts';
import { CSV_TYPE } from '../http/csv.ts';
import type { KeptAnswers } from '../http/kept-answers.ts';
import { apiBase, type Link, MEDIA } from '../http/links.ts';
import { PAGE_TYPE } from '../http/page.ts';
import { chooseRange } from '../http/ranges.ts';
import { sendChunks } from '../http/stream.ts';
import { type Language, textOf } from '../label.ts';
import type { Reader } from '../reader.ts';
import { inBatches } from './batches.ts';
import { describeBoundary, describeColumn, newestRelease } from './feature.ts';
import type { FeatureRequest } from './items-request.ts';
import { renderItems } from './pages.ts';
import type { Page } from './read-items.ts';
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
  geography: Geography;
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

  const sendGeoJson: Send = async (request, reply, { geography, asked, page, links, language }) => {
    const { version, selection, crs } = asked;
    const shown = page.columns.filter(({ name }) => selection.properties.some((each) => each.name === name));
    const head = {
      numberMatched: page.numberMatched,
      numberReturned: page.positions.length,
      ...(version ? { boundaryVersion: describeBoundary(version, language) } : {}),
      release: version ? newestRelease(version, page.columns) : geography.release,
      columns: version ? shown.map((column) => describeColumn(column, version, language)) : [],
      links,
    };
    const batches = inBatches(reader, version, page, selection.geometry ? crs : null);
    const write = featureWriter(page.table, page.columns, selection.properties);
    reply.type(MEDIA.geojson);
    return await sendChunks(reply, answers.record(request, reply, writeCollection(head, batches, write)));
  };

  return {
    geojson: sendGeoJson,
    json: sendGeoJson,

    async html(request, reply, { geography, asked, page, links, language }) {
      const { version, selection } = asked;
      const content = {
        language,
        base: apiBase(request),
        geography,
        version,
        properties: selection.properties,
        columns: fileColumns(page.table, page.columns, selection.properties),
        links,
      };
      const rows = page.positions.map((i) => ({ i, key: page.table.keys[i]! }));
      return reply.type(PAGE_TYPE).send(renderItems(content, rows, page.numberMatched));
    },

    async csv(request, reply, { geography, asked, page }) {
      const batches = inBatches(reader, asked.version, page, null);
      const chunks = writeCsv(page.table, page.columns, asked.selection.properties, batches);
      asFile(reply, `${geography.collection}.csv`);
      reply.type(CSV_TYPE);
      return await sendChunks(reply, answers.record(request, reply, chunks));
    },

    async flatgeobuf(request, reply, answer) {
      const key = String(reply.getHeader('etag'));
      const bytes = files.get(key) ?? (await writeFlatGeobuf(contentOf(answer)));
      files.set(key, bytes);
      asFile(reply, `${answer.geography.collection}.fgb`);
      const { start, end } = chooseRange(request, reply, bytes.length);
      return reply.type(MEDIA.flatgeobuf).send(bytes.subarray(start, end + 1));
    },

    async gpkg(request, reply, answer) {
      const content = contentOf(answer);
      const file = await writeGeoPackage(content, await reader.wkt(content.crs.epsg), answer.published);
      try {
        const { start, end } = chooseRange(request, reply, (await stat(file.path)).size);
        asFile(reply, `${answer.geography.collection}.gpkg`);
        const bytes = createReadStream(file.path, { start, end });
        bytes.once('close', () => void file.remove());
        return reply.type(MEDIA.gpkg).send(bytes);
      } catch (error) {
        await file.remove();
        throw error;
      }
    },
  };

  function contentOf({ geography, asked, page, language }: ItemsAnswer): FileContent {
    const { version, selection, crs } = asked;
    return {
      name: geography.collection,
      title: textOf(geography.label, language),
      columns: fileColumns(page.table, page.columns, selection.properties),
      // Files hold x before y in every system.
      batches: inBatches(reader, version, page, { ...crs, latitudeFirst: false }),
      crs,
      count: page.positions.length,
    };
  }
}

function asFile(reply: FastifyReply, name: string): void {
  reply.header('content-disposition', `attachment; filename="${name}"`);
}
