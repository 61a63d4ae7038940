/** Use case: distribution and classes of an indicator in a collection, for each period asked for. */
import type { components } from '../../openapi/generated/types.ts';
import {
  type BoundaryVersion,
  type Catalog,
  columnsOf,
  type Geography,
  type Indicator,
  listed,
  requireIndicator,
} from '../catalog/catalog.ts';
import { requireBoundary } from '../catalog/resolve-boundary.ts';
import { type Language, textOf } from '../label.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import { describeClasses } from './describe-classes.ts';
import { findDistribution } from './distribution.ts';
import { type JoinParameters, type JoinPlan, planJoin } from './join.ts';
import { loadJoin } from './load-join.ts';

/** Parameters of a request, as validated by the contract. */
export interface StatisticsParameters
  extends Pick<JoinParameters, 'period' | 'classification' | 'classificationPeriods'> {
  collection: string;
  datetime?: string | undefined;
}

/** What to sum up. */
export interface StatisticsPlan {
  indicator: Indicator;
  geography: Geography;
  version: BoundaryVersion;
  /** Joins the classes. */
  plan: JoinPlan;
}

/**
 * Plans the statistics.
 * @param today ISO date of today
 * @throws Problem not_found for an unknown indicator or no boundary version at the datetime; invalid_request for a collection that
 *   does not have the indicator, and as planJoin
 */
export function planStatistics(
  catalog: Catalog,
  code: string,
  { collection, datetime, ...parameters }: StatisticsParameters,
  today: string,
): StatisticsPlan {
  const indicator = requireIndicator(catalog, code);
  const having = [...catalog.geographies.values()].filter(
    (one) => columnsOf(catalog, one, indicator).length > 0,
  );
  const geography = having.find((one) => one.collection === collection);
  if (!geography) {
    throw new Problem('invalid_request', `${collection} is no collection with ${code}.`, [
      {
        code: 'unknown_collection',
        field: 'collection',
        got: collection,
        expected: listed(having.map((one) => one.collection)),
      },
    ]);
  }
  const version = requireBoundary(geography, datetime, today);
  const plan = planJoin(catalog, geography, version, {
    ...parameters,
    indicators: [indicator.code],
    measures: ['class'],
  });
  return { indicator, geography, version, plan };
}

/** Reads what was planned. */
export async function readStatistics(
  reader: Reader,
  { indicator, geography, version, plan }: StatisticsPlan,
  language: Language,
): Promise<Omit<components['schemas']['IndicatorStatistics'], 'links'>> {
  const columns = await loadJoin(reader, geography, version, plan);
  const periods = columns.flatMap((column) => {
    if (column.kind !== 'number' || !column.classes) return [];
    const classification = describeClasses(column.classes, indicator.polarity);
    const { period } = column.slot;
    return [{ period, release: column.column.release, ...findDistribution(column.column), classification }];
  });
  return {
    indicator: indicator.code,
    label: textOf(indicator.label, language),
    unit: indicator.unit,
    decimals: indicator.decimals,
    polarity: indicator.polarity,
    collection: geography.collection,
    boundaryVersion: version.validFrom,
    release: periods.reduce((newest, { release }) => Math.max(newest, release), version.release),
    periods,
  };
}
