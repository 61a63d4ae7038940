/** Index methods as documents. */
import type { components } from '../../openapi/generated/types.ts';
import type { Catalog, Geography } from '../catalog/catalog.ts';
import { type Link, MEDIA } from '../http/links.ts';
import { type Language, textOf } from '../label.ts';
import { findApplication, type IndexList } from './choose-subject.ts';
import { nameOf, type VersionedIndex } from './index-method.ts';
import { wordMethod } from './word-method.ts';

type IndexDocument = components['schemas']['Index'];
type ApplicationDocument = components['schemas']['IndexApplication'];

/** One version of an index, with where it can be computed. @param base address of the API */
export function describeIndex(
  catalog: Catalog,
  indices: IndexList,
  index: VersionedIndex,
  geographies: readonly Geography[],
  language: Language,
  base: string,
): IndexDocument {
  const { id, version, label, description, source } = index.definition;
  const versions = indices.get(id)!.map((one) => one.definition.version);
  const applications = geographies.map((geography) =>
    describeApplication(catalog, indices, index, geography, language),
  );
  return {
    id,
    version,
    versions,
    kind: index.kind,
    builtIn: index.authority === null,
    authority: index.authority,
    label: textOf(label, language),
    description: description ? textOf(description, language) : null,
    source: source ?? null,
    method: wordMethod(index),
    ...(index.kind === 'composite' ? { definition: index.definition } : { combination: index.definition }),
    applications,
    links: linksOf(`${base}/indices/${id}`, version, versions, applications),
  };
}

function linksOf(
  self: string,
  version: string,
  versions: readonly string[],
  applications: readonly ApplicationDocument[],
): Link[] {
  const at = (address: string, rel: string, title: string): Link => ({
    href: address,
    rel,
    type: MEDIA.json,
    title,
  });
  const place = versions.indexOf(version);
  const [newer, older] = [versions[place - 1], versions[place + 1]];
  return [
    at(`${self}?version=${version}`, 'self', version),
    ...(newer ? [at(`${self}?version=${newer}`, 'successor-version', newer)] : []),
    ...(older ? [at(`${self}?version=${older}`, 'predecessor-version', older)] : []),
    ...applications
      .filter(({ applicable }) => applicable)
      .map(({ collection, periods }) =>
        at(
          `${self}/results?version=${version}&collection=${collection}&period=${periods.at(-1)!.period}`,
          'related',
          `${collection} ${periods.at(-1)!.period}`,
        ),
      ),
  ];
}

function describeApplication(
  catalog: Catalog,
  indices: IndexList,
  index: VersionedIndex,
  geography: Geography,
  language: Language,
): ApplicationDocument {
  const { periods, plans, missing } = findApplication(catalog, indices, index, geography);
  return {
    collection: geography.collection,
    applicable: periods.length > 0,
    reason: missing ? textOf(missing.reason, language) : null,
    indicators: plans.flatMap((plan) => plan.parts.map(({ part }) => nameOf(part))),
    absent: missing ? missing.absent : plans.flatMap((plan) => plan.absent),
    periods: periods.map(({ period, version }) => ({ period, boundaryVersion: version.validFrom })),
  };
}
