/** Use case: the style of an indicator in a collection. */
import type { components } from '../../openapi/generated/types.ts';
import { type Catalog, columnsOf, type Geography, type Indicator, listed } from '../catalog/catalog.ts';
import { describeBoundary, describeColumn, newestRelease } from '../features/feature.ts';
import type { JoinedColumn, NumberColumn, TextColumn } from '../indicators/joined-column.ts';
import type { Measure } from '../indicators/measure.ts';
import { type Language, textOf } from '../label.ts';
import { Problem } from '../problem.ts';
import type { LoadedLayer } from '../tiles/describe-layers.ts';
import { centreOf } from '../tiles/describe-layers.ts';
import { planLayer } from '../tiles/plan-layers.ts';
import { labelLayer, type TileLayer } from '../tiles/read-tile.ts';
import { fittingMatrix, requireMercator } from '../tiles/tile-matrix-set.ts';
import { buildLayers, SOURCE } from './build-style.ts';
import { breakLegend, categoryLegend, changeLegend, type Legend, type Shown } from './legend.ts';

type Style = components['schemas']['Style'];

/** What is coloured: the values or their changes. */
export type StyledMeasure = 'value' | 'change';

/** Parameters of a style, as validated by the contract. */
export interface StyleParameters {
  datetime?: string | undefined;
  period?: string | undefined;
  measure: StyledMeasure;
  classification?: string | undefined;
  changeFrom?: string | undefined;
}

/** Indicators that have a style in a collection: those with figures there. */
export function styledIndicators(catalog: Catalog, geography: Geography): Indicator[] {
  return [...catalog.indicators.values()].filter(
    (indicator) => columnsOf(catalog, geography, indicator).length > 0,
  );
}

/**
 * Plans what a style needs.
 * @throws Problem not_found for an indicator without figures in the collection, invalid_request for several periods, for a
 *   classification of changes, and as planLayer
 */
export function planStyle(
  catalog: Catalog,
  geography: Geography,
  indicatorId: string,
  parameters: StyleParameters,
  today: string,
): TileLayer {
  const { measure, datetime, period, classification, changeFrom } = parameters;
  const indicators = styledIndicators(catalog, geography);
  const indicator = indicators.find(({ code }) => code === indicatorId);
  if (!indicator) {
    const expected = listed(indicators.map(({ code }) => code));
    throw new Problem('not_found', `${geography.collection} has no style ${indicatorId}.`, [
      { code: 'unknown_style', field: 'indicatorId', got: indicatorId, expected },
    ]);
  }
  if (measure === 'change' && classification !== undefined) throw refuseClassification(classification);
  const measures: Measure[] = measure === 'change' ? ['change'] : ['value', 'class'];
  const layer = planLayer(
    catalog,
    geography.collection,
    {
      datetime,
      indicators: [indicatorId],
      ...(period === undefined ? {} : { period: period.split(',') }),
      measures,
      classification,
      changeFrom,
    },
    today,
  );
  if (layer.plan.slots.length !== 1 || layer.plan.slots[0]!.name !== indicatorId)
    throw refusePeriods(period!);
  return layer;
}

function refuseClassification(got: string): Problem {
  return new Problem('invalid_request', 'Changes have classes of their own.', [
    {
      code: 'classification_invalid',
      field: 'classification',
      got,
      expected: 'no classification with measure=change: its classes are symmetric around no change',
    },
  ]);
}

function refusePeriods(got: string): Problem {
  return new Problem('invalid_request', 'A style shows one period.', [
    { code: 'period_invalid', field: 'period', got, expected: 'one period, or latest' },
  ]);
}

/**
 * Makes the style.
 * @param layer loaded as planned
 * @param classification as asked for
 * @param base address of the API
 */
export function makeStyle(
  layer: LoadedLayer,
  classification: string | undefined,
  language: Language,
  base: string,
): Style {
  const { geography, version, plan, columns } = layer;
  const { indicator, period, source, base: changeBase } = plan.slots[0]!;
  const numbers = columnOf(columns, 'change') ?? columnOf(columns, 'value')!;
  const status = columnOf(columns, 'status') as TextColumn;
  const shown: Shown = {
    numbers: numbers as NumberColumn,
    status,
    polarity: indicator.polarity,
    decimals: indicator.decimals,
  };
  const legend = makeLegend(shown, indicator, columnOf(columns, 'class'), classification);
  const title = textOf(indicator.label, language);
  const { unit, label: _, ...facts } = describeColumn(numbers, version, language);
  const address = new URLSearchParams({
    indicators: indicator.code,
    period,
    measures: numbers.measure,
    ...(changeBase === null ? {} : { changeFrom: changeBase.period }),
    datetime: version.validFrom,
    release: String(newestRelease(version, columns)),
  });
  const [lon, lat] = centreOf(version.bbox);
  return {
    version: 8,
    name: `${title}, ${period}, ${textOf(geography.label, language)}`,
    metadata: {
      'sozialraum:legend': {
        indicator: indicator.code,
        label: { de: indicator.label.de, en: textOf(indicator.label, 'en') },
        unit,
        polarity: indicator.polarity,
        measure: numbers.measure as StyledMeasure,
        period,
        changeFrom: changeBase?.period ?? null,
        referenceDate: facts.referenceDate,
        provisional: facts.provisional,
        collection: geography.collection,
        boundaryVersion: describeBoundary(version, language),
        release: newestRelease(version, columns),
        source,
        method: legend.method,
        classes: legend.classes.map((each, i) => ({ class: i + 1, ...each, label: bothOf(each.label) })),
        missing: legend.missing.map((each) => ({ ...each, label: bothOf(each.label) })),
      },
    },
    center: [lon, lat],
    zoom: fittingMatrix(requireMercator('WebMercatorQuad'), version.bbox),
    sprite: `${base}/sprites/missing`,
    sources: {
      [SOURCE]: {
        type: 'vector',
        url: `${base}/collections/${geography.collection}/tiles/WebMercatorQuad/tilejson?${address}`,
      },
    },
    layers: buildLayers(legend, {
      areas: geography.collection,
      labels: labelLayer(geography),
      number: numbers.name,
      status: status.name,
    }),
  };
}

function columnOf(columns: readonly JoinedColumn[], measure: Measure): JoinedColumn | undefined {
  return columns.find((column) => column.measure === measure);
}

/** The indicator's own classes where it has some and no others are asked for. */
function makeLegend(
  shown: Shown,
  { categories }: Indicator,
  classified: JoinedColumn | undefined,
  classification: string | undefined,
): Legend {
  if (shown.numbers.measure === 'change') return changeLegend(shown);
  // `match` of a style compares whole numbers only.
  const whole = categories.length > 0 && categories.every(({ value }) => Number.isSafeInteger(value));
  if (whole && classification === undefined) return categoryLegend(shown, categories);
  return breakLegend(shown, classified as NumberColumn);
}

function bothOf(label: { de: string; en?: string }): { de: string; en: string } {
  return { de: label.de, en: label.en ?? label.de };
}
