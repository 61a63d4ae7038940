/** Publications as the contract shows them. */
import type { components } from '../../openapi/generated/types.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Attribute } from '../districts/attribute.ts';
import { type Link, MEDIA } from '../http/links.ts';
import { type Label, type Language, textOf } from '../label.ts';
import type { Publication } from './publication.ts';

type Document = components['schemas']['Publication'];

/** A publication that is there, or was. */
export interface PublicationEntry {
  id: string;
  label: Label;
  publication: Publication;
  /** Release that published it. */
  release: number;
  withdrawn: { release: number; reason: string } | null;
}

/** All publications of a catalogue by id, those that were withdrawn included. */
export function listPublications({ geographies, withdrawn }: Catalog): PublicationEntry[] {
  const live = [...geographies.values()].flatMap(
    ({ collection: id, label, publication, definitionRelease: release }): PublicationEntry[] =>
      publication ? [{ id, label, publication, release, withdrawn: null }] : [],
  );
  const ended = [...withdrawn].map(
    ([id, { label, publication, release, withdrawnBy, reason }]): PublicationEntry => ({
      id,
      label,
      publication,
      release,
      withdrawn: { release: withdrawnBy, reason },
    }),
  );
  return [...live, ...ended].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * Describes a publication.
 * @param statements of method, one for each result; null to leave them out
 * @param base address of the API
 */
export function describePublication(
  { published }: Catalog,
  { id, label, publication, release, withdrawn }: PublicationEntry,
  statements: readonly object[] | null,
  language: Language,
  base: string,
): Document {
  const { description, source, process, polarity, attributes, results } = publication;
  const timeOf = (number: number): string => published.get(number)!;
  return {
    id,
    title: textOf(label, language),
    description: description && textOf(description, language),
    collection: source,
    process: { id: process.id, version: process.version, title: textOf(process.title, language) },
    polarity,
    attributes: attributes.map((attribute) => describeAttribute(attribute, language)),
    results: results.map(({ period, boundaryVersion, inputs, job, language: words }, r) => ({
      period: period.id,
      validFrom: period.validFrom,
      validUntil: period.validUntil,
      boundaryVersion,
      inputs,
      job,
      language: words,
      ...(statements?.[r] && { statement: statements[r] as Record<string, unknown> }),
    })),
    release,
    published: timeOf(release),
    withdrawn: withdrawn && { ...withdrawn, time: timeOf(withdrawn.release) },
    links: linksOf(id, publication, withdrawn !== null, base),
  };
}

function describeAttribute(
  { title, values, ...attribute }: Attribute,
  language: Language,
): Document['attributes'][number] {
  return {
    ...attribute,
    title: textOf(title, language),
    values: values === null ? null : values.map((own) => ({ ...own, title: textOf(own.title, language) })),
  };
}

function linksOf(id: string, { source, process }: Publication, withdrawn: boolean, base: string): Link[] {
  return [
    { href: `${base}/publications/${id}`, rel: 'self', type: MEDIA.json },
    ...(withdrawn ? [] : [{ href: `${base}/collections/${id}`, rel: 'collection', type: MEDIA.json }]),
    { href: `${base}/collections/${source}`, rel: 'related', type: MEDIA.json },
    { href: `${base}/processes/${process.id}`, rel: 'describedby', type: MEDIA.json },
  ];
}
