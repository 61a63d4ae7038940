/** A collection as layers of Masterportal's services.json. */
import type { components } from '../../openapi/generated/types.ts';
import type { BoundaryVersion, Geography } from '../catalog/catalog.ts';
import { requireCrs } from '../districts/crs.ts';
import { STORED_TITLES } from '../features/describe-schema.ts';
import { STORED } from '../features/property.ts';
import { columnTitle } from '../indicators/column-text.ts';
import type { JoinPlan } from '../indicators/join.ts';
import { planColumns } from '../indicators/joined-column.ts';
import { type Language, textOf } from '../label.ts';
import { classOf } from '../styles/published-style.ts';
import { boundsOf, requireTileMatrixSet, tileMatrices } from '../tiles/tile-matrix-set.ts';

type MasterportalLayers = components['schemas']['MasterportalLayers'];
type MasterportalLayer = components['schemas']['MasterportalLayer'];

/** The grid and the system of German base maps, which Masterportals have. */
const GRID = 'AdV_25832';
const EPSG = 'EPSG:25832';

/** Features in one request; Masterportal follows the links to the next. */
const PAGE = 400;

/**
 * A collection's features as a layer of type OAF, in metres.
 * @param base address of the API
 * @param labels of the properties, shown where the map is clicked
 */
export function featuresLayer(
  base: string,
  collection: string,
  name: string,
  attribution: string,
  labels: Record<string, string>,
): MasterportalLayer {
  const crs = requireCrs(EPSG, 'crs').uri;
  return {
    id: `${collection}-features`,
    name,
    typ: 'OAF',
    url: base,
    collection,
    crs,
    bboxCrs: crs,
    limit: PAGE,
    loadingStrategy: 'all',
    datasets: false,
    layerAttribution: attribution,
    gfiAttributes: labels,
    legend: true,
  };
}

/**
 * Describes the layers.
 * @param base address of the API
 * @param join the join parameters of the request, which every request of the layers repeats
 */
export function describeMasterportalLayers(
  geography: Geography,
  version: BoundaryVersion,
  plan: JoinPlan,
  language: Language,
  base: string,
  join: URLSearchParams,
): MasterportalLayers {
  const { collection } = geography;
  const query = join.size === 0 ? '' : `?${join}`;
  const shared = {
    name: textOf(geography.label, language),
    layerAttribution: version.source.attribution,
    gfiAttributes: labelsOf(geography, plan, language),
    legend: true,
  };
  const grid = requireTileMatrixSet(GRID);
  const [west, south, east, north] = boundsOf(grid, { z: 0, x: 0, y: 0 });
  return [
    {
      ...featuresLayer(base, collection, shared.name, shared.layerAttribution, shared.gfiAttributes),
      ...(join.size === 0 ? {} : { params: Object.fromEntries(join) }),
    },
    {
      ...shared,
      id: `${collection}-tiles`,
      typ: 'VectorTile',
      epsg: EPSG,
      url: `${base}/collections/${collection}/tiles/${GRID}/{z}/{y}/{x}${query}`,
      extent: [west, south, east, north],
      origin: [west, north],
      resolutions: tileMatrices(grid)
        .slice(0, grid.deepest + 1)
        .map(({ cellSize }) => cellSize),
      tileSize: 256,
      datasets: false,
      vtStyles: describeStyles(geography, plan, language, base, join),
    },
  ];
}

/** What the properties are called where the map is clicked, by name. */
function labelsOf({ publication }: Geography, plan: JoinPlan, language: Language): Record<string, string> {
  return Object.fromEntries([
    ...STORED.map((name) => [name, textOf(STORED_TITLES[name], language)]),
    ...(publication?.attributes ?? []).map(({ name, title }) => [name, textOf(title, language)]),
    ...planColumns(plan).map(({ name, slot, measure }) => [
      name,
      columnTitle(slot.indicator, measure, slot.period, language),
    ]),
  ]);
}

/** Styles of the columns that have the name of their indicator, as those of one period have: styles look for it in the tiles. */
function describeStyles(
  geography: Geography,
  { slots }: JoinPlan,
  language: Language,
  base: string,
  join: URLSearchParams,
) {
  const { collection } = geography;
  const own = classOf(geography);
  if (own) {
    const datetime = join.get('datetime');
    const style = datetime === null ? '' : `?${new URLSearchParams({ datetime })}`;
    return [
      {
        id: own.name,
        name: textOf(own.title, language),
        url: `${base}/collections/${collection}/styles/${own.name}${style}`,
        defaultStyle: true,
      },
    ];
  }
  return slots
    .filter(({ name, indicator }) => name === indicator.code)
    .map(({ indicator, period }, i) => {
      const style = new URLSearchParams({ period });
      for (const name of ['datetime', 'classification']) {
        const value = join.get(name);
        if (value !== null) style.set(name, value);
      }
      return {
        id: indicator.code,
        name: columnTitle(indicator, 'value', period, language),
        url: `${base}/collections/${collection}/styles/${indicator.code}?${style}`,
        defaultStyle: i === 0,
      };
    });
}
