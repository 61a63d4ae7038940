/** The MapLibre style of a published analysis: its classes in the colours that were published with them. */
import type { components } from '../../openapi/generated/types.ts';
import type { BoundaryVersion, Geography } from '../catalog/catalog.ts';
import { type Attribute, attributeAt } from '../districts/attribute.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import { describeBoundary } from '../features/feature.ts';
import { type Label, type Language, textOf } from '../label.ts';
import { Problem } from '../problem.ts';
import { centreOf } from '../tiles/describe-layers.ts';
import { labelLayer } from '../tiles/read-tile.ts';
import { fittingMatrix, requireMercator } from '../tiles/tile-matrix-set.ts';
import { frameLayers, SOURCE } from './build-style.ts';
import type { StyleParameters } from './make-style.ts';
import { MISSING_COLOUR, MISSING_LABELS, MISSING_STATUSES } from './missing.ts';
import { patternOf } from './sprite.ts';

type Style = components['schemas']['PublishedStyle'];
type Legend = components['schemas']['PublishedLegend'];

/** The attribute that a published analysis is coloured by; null where it has none. */
export function classOf({ publication }: Geography): Attribute | null {
  return publication?.attributes.find(({ role }) => role === 'class') ?? null;
}

/**
 * Checks that a request names the style there is.
 * @throws Problem not_found for another style, invalid_request for what only styles of indicators have
 */
export function requireStyledClass(geography: Geography, id: string, parameters: StyleParameters): void {
  const own = classOf(geography);
  if (own?.name !== id) {
    throw new Problem('not_found', `${geography.collection} has no style ${id}.`, [
      {
        code: 'unknown_style',
        field: 'indicatorId',
        got: id,
        expected: own?.name ?? 'none, it has no classes',
      },
    ]);
  }
  const { period, classification, changeFrom, measure } = parameters;
  const given = { period, classification, changeFrom, measure: measure === 'value' ? undefined : measure };
  const [idle] = Object.entries(given).filter(([, value]) => value !== undefined);
  if (!idle) return;
  throw new Problem('invalid_request', `${idle[0]} has no part in the style of a published analysis.`, [
    {
      code: 'parameter_not_used',
      field: idle[0],
      got: String(idle[1]),
      expected: 'datetime and release only',
    },
  ]);
}

/** Makes the style. @param table districts of the version @param base address of the API */
export function makePublishedStyle(
  geography: Geography,
  version: BoundaryVersion,
  table: DistrictTable,
  language: Language,
  base: string,
): Style {
  const { collection, label } = geography;
  const legend = makeLegend(geography, version, table, language);
  const address = new URLSearchParams({
    datetime: version.validFrom,
    release: String(version.release),
  });
  const [lon, lat] = centreOf(version.bbox);
  return {
    version: 8,
    name: `${textOf(label, language)}, ${legend.period}`,
    metadata: { 'sozialraum:classes': legend },
    center: [lon, lat],
    zoom: fittingMatrix(requireMercator('WebMercatorQuad'), version.bbox),
    sprite: `${base}/sprites/missing`,
    sources: {
      [SOURCE]: {
        type: 'vector',
        url: `${base}/collections/${collection}/tiles/WebMercatorQuad/tilejson?${address}`,
      },
    },
    layers: makeLayers(geography, legend),
  };
}

/** Grey ground, the classes on it, patterns that say why there is no result, outlines, names. */
function makeLayers(geography: Geography, { attribute, classes, missing }: Legend): Style['layers'] {
  const areas = { source: SOURCE, 'source-layer': geography.collection, type: 'fill' as const };
  const status = geography.publication!.attributes.find(({ role }) => role === 'status');
  return [
    { id: 'missing', ...areas, paint: { 'fill-color': MISSING_COLOUR } },
    ...classes.flatMap(({ value, colour, pattern }, i): Style['layers'] => {
      const filter = ['==', ['get', attribute], value];
      const fill = { id: `class-${i + 1}`, ...areas, filter, paint: { 'fill-color': colour } };
      if (pattern === null) return [fill];
      return [fill, { id: `class-${i + 1}-pattern`, ...areas, filter, paint: { 'fill-pattern': pattern } }];
    }),
    ...missing.map((own) => ({
      id: own.pattern,
      ...areas,
      filter: ['==', ['get', status!.name], own.status],
      paint: { 'fill-pattern': own.pattern },
    })),
    ...frameLayers({ areas: geography.collection, labels: labelLayer(geography) }),
  ];
}

function makeLegend(
  geography: Geography,
  version: BoundaryVersion,
  table: DistrictTable,
  language: Language,
): Legend {
  const { polarity, results, attributes } = geography.publication!;
  const own = classOf(geography)!;
  const status = attributes.find(({ role }) => role === 'status');
  const classCounts = countValues(table, own.name);
  const statusCounts = status && countValues(table, status.name);
  return {
    attribute: own.name,
    label: bothOf(geography.label),
    polarity,
    period: results.find(({ period }) => period.validFrom === version.validFrom)!.period.id,
    collection: geography.collection,
    boundaryVersion: describeBoundary(version, language),
    release: version.release,
    source: version.source,
    classes: (own.values ?? []).map(({ value, title, colour, pattern }) => ({
      value,
      colour: colour ?? MISSING_COLOUR,
      pattern: pattern && patternOf(pattern),
      label: bothOf(title),
      count: classCounts.get(value) ?? 0,
    })),
    missing: statusCounts
      ? MISSING_STATUSES.map((name) => ({
          status: name,
          colour: MISSING_COLOUR,
          pattern: patternOf(name),
          label: bothOf(MISSING_LABELS[name]),
          count: statusCounts.get(name) ?? 0,
        }))
      : [],
  };
}

function countValues(table: DistrictTable, name: string): Map<unknown, number> {
  const column = table.attributes.find((one) => one.name === name)!;
  const counts = new Map<unknown, number>();
  for (let i = 0; i < table.n; i++) {
    const cell = attributeAt(column, i);
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  return counts;
}

function bothOf({ de, en }: Label): { de: string; en: string } {
  return { de, en: en ?? de };
}
