/** Use case: results of a process become a collection, by one release or not at all. */
import { createHash } from 'node:crypto';
import type { BoundaryVersion, Catalog, Geography, Source } from '../catalog/catalog.ts';
import { type Db, withTransaction } from '../db/database.ts';
import type { Attribute, AttributeValue } from '../districts/attribute.ts';
import { insertRelease, lockImports, nextRelease } from '../import/release.ts';
import { sourceOf } from '../indicators/join.ts';
import type { Label, Language } from '../label.ts';
import { Problem, type ProblemItem } from '../problem.ts';
import type { Process } from '../processes/process.ts';
import type { MappedResult } from './mapped-result.ts';
import type { Publication } from './publication.ts';
import { findCollection, insertCollection, insertPeriod, insertPublication } from './store.ts';

/** What is to be published. */
export interface PublishRequest {
  /** Id of the collection. */
  id: string;
  title: Label;
  description: Label | null;
  /** Licence of the result; null for that of what was analysed. */
  licence: string | null;
  process: Pick<Process, 'id' | 'version' | 'title'>;
  results: readonly {
    mapped: MappedResult;
    /** State of the data that was analysed. */
    catalog: Catalog;
    inputs: Record<string, unknown>;
    job: string | null;
    language: Language;
  }[];
}

/** Ends the transaction without a trace: the same was published already. */
class Unchanged extends Error {}

/**
 * Publishes results.
 * @returns whether they are new; false where the same was published under the id
 * @throws Problem invalid_request with what is wrong; then nothing was written
 */
export async function publishAnalysis(db: Db, request: PublishRequest): Promise<boolean> {
  const results = request.results.toSorted((a, b) =>
    a.mapped.period.validFrom < b.mapped.period.validFrom ? -1 : 1,
  );
  requireOneSource(results.map(({ mapped }) => mapped));
  const publication = describe(request, results);
  const content = createHash('sha256')
    .update(JSON.stringify([request.title, request.licence, publication.description, publication.process]))
    .update(JSON.stringify(results.map(({ mapped }) => mapped)))
    .digest('hex');
  try {
    await withTransaction(db, async (trx) => {
      await lockImports(trx);
      const stored = await findCollection(trx, request.id);
      if (stored?.content === content && !stored.withdrawn) throw new Unchanged();
      if (stored) throw refuseId(request.id, stored);
      const { authority } = sourceIn(results[0]!).geography;
      const release = await nextRelease(trx);
      const name = `analysis-${request.id}`;
      await insertRelease(trx, release, {
        authority: authority.id,
        name,
        title: request.title.de,
        files: [],
      });
      const geography = await insertCollection(trx, request.id, authority.id, request.title, release);
      for (const { mapped, catalog } of results) {
        const { features, period } = mapped;
        const { version, geography: analysed } = sourceIn({ mapped, catalog });
        const found = await insertPeriod(
          trx,
          geography,
          period,
          labelOf(period.id, version),
          joinSources(request, mapped, catalog, analysed, version),
          { boundaryVersion: version.id, release: catalog.release, srid: version.srid },
          features,
          release,
        );
        if (found !== features.length) throw lostDistricts(mapped, found);
      }
      const statements = results.map(({ mapped }) => mapped.statement);
      await insertPublication(trx, geography, { content, description: publication, statements }, release);
    });
    return true;
  } catch (error) {
    if (error instanceof Unchanged) return false;
    throw error;
  }
}

type Result = PublishRequest['results'][number];

function describe({ description, process }: PublishRequest, results: readonly Result[]): Publication {
  const [{ mapped: first }] = results as [Result];
  const { id, version, title } = process;
  return {
    description,
    source: first.collection,
    process: { id, version, title },
    polarity: first.polarity,
    attributes: mergeAttributes(results.map(({ mapped }) => mapped.attributes)),
    results: results.map(({ mapped, inputs, job, language }) => ({
      inputs,
      job,
      language,
      boundaryVersion: mapped.boundaryVersion,
      period: mapped.period,
    })),
  };
}

/** All attributes of all results; values that only one of them knows included. */
function mergeAttributes(lists: readonly (readonly Attribute[])[]): Attribute[] {
  const merged = new Map<string, Attribute>();
  for (const own of lists.flat()) {
    const known = merged.get(own.name);
    merged.set(own.name, known ? { ...known, values: mergeValues(known.values, own.values) } : own);
  }
  return [...merged.values()];
}

function mergeValues(
  known: readonly AttributeValue[] | null,
  more: readonly AttributeValue[] | null,
): AttributeValue[] | null {
  if (!known || !more) return null;
  return [...known, ...more.filter(({ value }) => !known.some((own) => own.value === value))];
}

/** The collection and boundary version that were analysed, as the analysis saw them. */
function sourceIn({ mapped, catalog }: Pick<Result, 'mapped' | 'catalog'>): {
  geography: Geography;
  version: BoundaryVersion;
} {
  const geography = catalog.geographies.get(mapped.collection);
  const version = geography?.boundaryVersions.find(({ validFrom }) => validFrom === mapped.boundaryVersion);
  // Made-up data go when the first real ones arrive, results of jobs stay for some days.
  if (!geography || !version) throw new Problem('not_found', `${mapped.collection} is no longer there.`);
  return { geography, version };
}

function requireOneSource(results: readonly MappedResult[]): void {
  const [first] = results as [MappedResult];
  const items: ProblemItem[] = [];
  results.forEach(({ collection, features, period, attributes }, r) => {
    const refuse = (code: string, got: string, expected: string): void => {
      items.push({ code, field: `/body/results/${r}`, got, expected });
    };
    if (collection !== first.collection)
      refuse('several_collections', collection, `a result of ${first.collection} like the first`);
    const before = results[r - 1];
    if (before && before.period.validUntil > period.validFrom)
      refuse(
        'period_twice',
        period.id,
        `one result for each time; ${before.period.id} has some of it already`,
      );
    if (features.length === 0) refuse('no_features', 'a result without features', 'at least one');
    const other = attributes.find((own) =>
      first.attributes.some(({ name, type }) => name === own.name && type !== own.type),
    );
    if (other) refuse('attribute_conflict', `${other.name} as ${other.type}`, 'the type of the first result');
  });
  if (items.length > 0) throw new Problem('invalid_request', 'These cannot be one collection.', items);
}

function refuseId(id: string, { kind, withdrawn }: { kind: string; withdrawn: boolean }): Problem {
  const got = withdrawn
    ? `${id}, which was withdrawn`
    : kind === 'districts'
      ? `${id}, a collection of districts`
      : `another result than that of ${id}`;
  return new Problem('invalid_request', `The id ${id} is taken.`, [
    {
      code: withdrawn ? 'id_withdrawn' : 'id_taken',
      field: '/body/id',
      got,
      expected: 'an id that was never used: what is published never changes',
    },
  ]);
}

function lostDistricts({ features, collection }: MappedResult, found: number): Problem {
  return new Problem(
    'internal',
    `${features.length - found} features name districts that ${collection} lacks.`,
  );
}

function labelOf(period: string, { label }: BoundaryVersion): Label {
  return { de: `${period} (${label.de})`, en: `${period} (${label.en ?? label.de})` };
}

/** Who has to be named: the sources of shapes and figures. */
function joinSources(
  { licence }: PublishRequest,
  { indicators }: MappedResult,
  catalog: Catalog,
  geography: Geography,
  version: BoundaryVersion,
): Source {
  const sources = [
    version.source,
    ...indicators.flatMap((code) => {
      const indicator = catalog.indicators.get(code);
      return indicator ? [sourceOf(indicator, geography)] : [];
    }),
  ];
  const join = (of: (source: Source) => string): string =>
    [...new Set(sources.map(of).filter((text) => text !== ''))].join('; ');
  return {
    text: join(({ text }) => text),
    licence: licence ?? join((source) => source.licence),
    attribution: join(({ attribution }) => attribution),
    url: version.source.url,
  };
}
