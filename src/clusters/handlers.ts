/** HTTP of clusters of problem situations. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { components } from '../../openapi/generated/types.ts';
import { releaseOf, type StateParameters } from '../catalog/release-of.ts';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import { CSV_TYPE, toCsv } from '../http/csv.ts';
import { apiBase, hrefWith, type Link, MEDIA, mirrorLinks, selfHref } from '../http/links.ts';
import { formatOf, languageOf } from '../http/negotiate.ts';
import type { Reader, ReadState } from '../reader.ts';
import { type Rules, readRules } from '../situations/read-rules.ts';
import { type ClusterSeries, chooseSeries } from './choose-series.ts';
import {
  type DescribedCluster,
  describeCluster,
  describeClusterDistrict,
  listClusters,
} from './describe-clusters.ts';
import { describeStatement } from './describe-statement.ts';
import { type ClusterResults, stateOfSeries } from './find-clusters.ts';
import { findHistory, openHistory } from './find-history.ts';
import { outlineClusters } from './outline-clusters.ts';
import { tellBiography, tellEnded } from './tell-biography.ts';

type Properties = components['schemas']['ClusterProperties'];

const FORMATS = { geojson: MEDIA.geojson, json: MEDIA.json, csv: MEDIA.csv };
type Format = keyof typeof FORMATS;

/** Columns of the CSV; lists are separated by spaces. */
const FIELDS = [
  'id',
  'period',
  'label',
  'districts',
  'severity',
  'mostSituations',
  'population',
  'populationUnknown',
  'since',
  'sinceStart',
  'members',
  'bridges',
  'targetGroups',
  'events',
  'sentence',
] as const;

/**
 * Handlers of the clusters slice.
 * @param results computed clusters
 * @param today ISO date of today
 */
export function clusterHandlers(
  reader: Reader,
  results: ClusterResults,
  today: () => string,
): Pick<Handlers, 'findClusters' | 'getCluster'> {
  /** The state that is asked for, with the rules that it knows. */
  const open = async (asked: StateParameters): Promise<ReadState & Rules> => {
    const state = await reader.stateAt(releaseOf(reader.catalog(), asked), today());
    return { ...state, ...(await readRules(reader, state.catalog)) };
  };
  return {
    async findClusters(request, reply) {
      const { query } = request;
      const format = formatOf(request, query.f, FORMATS);
      const language = languageOf(request);
      const { catalog, day, indices, all } = await open(query);
      const series = chooseSeries(catalog, indices, all, query, day);
      const state = JSON.stringify(stateOfSeries(catalog, series));
      if (isFresh(request, reply, [state, series.at, format, language])) return reply.code(304).send();
      const findings = await results.find(catalog, series);
      const { at } = series;
      const ids = listClusters(findings, at);
      const link = linkerIn(request, series);
      const clusters = ids.map((id) => link(describeCluster(findings, at, id, language)));
      const links = linksOf(request, reply, format);
      if (format === 'csv') return sendCsv(reply, clusters);
      const statement = describeStatement(findings, at, language);
      if (format === 'json') {
        const districts = findings.table.keys.map((_, i) =>
          describeClusterDistrict(findings, at, i, language),
        );
        const ended = tellEnded(findings, at, language);
        return reply.type(MEDIA.json).send({ clusters, districts, ended, statement, links });
      }
      const shown = ids.map((id) => ({ period: at, id }));
      const features = await outlineClusters(results, findings, shown, clusters);
      return reply.type(MEDIA.geojson).send({ type: 'FeatureCollection', features, statement, links });
    },

    async getCluster(request, reply) {
      const { query, params } = request;
      const format = formatOf(request, query.f, FORMATS);
      const language = languageOf(request);
      const { catalog, day, indices, all } = await open(query);
      const series = openHistory(catalog, indices, all, params.clusterId, query, day);
      const findings = await results.find(catalog, series);
      const { id, first, last } = findHistory(findings, params.clusterId);
      const state = JSON.stringify(stateOfSeries(catalog, series));
      if (isFresh(request, reply, [state, format, language])) return reply.code(304).send();
      const shown = Array.from({ length: last - first + 1 }, (_, k) => ({ period: first + k, id }));
      const link = linkerIn(request, series);
      const states = shown.map(({ period }) => link(describeCluster(findings, period, id, language)));
      const links = linksOf(request, reply, format);
      if (format === 'csv') return sendCsv(reply, states);
      const statement = describeStatement(findings, last, language);
      const biography = tellBiography(findings, id, series.periods.length - 1, language);
      const history = {
        id: params.clusterId,
        since: states[0]!.period,
        until: states.at(-1)!.period,
        biography,
        sentence: biography.map(({ sentence }) => sentence).join(' '),
      };
      if (format === 'json') return reply.type(MEDIA.json).send({ ...history, states, statement, links });
      const features = await outlineClusters(results, findings, shown, states);
      return reply
        .type(MEDIA.geojson)
        .send({ type: 'FeatureCollection', ...history, features, statement, links });
    },
  };
}

/** Addresses of single clusters name all that decides which clusters there are, so that a situation defined later changes none. */
function linkerIn(request: FastifyRequest, series: ClusterSeries): (cluster: DescribedCluster) => Properties {
  const { geography, version, situations } = series.periods[series.at]!.plan;
  const changes = {
    collection: geography.collection,
    datetime: version.validFrom,
    situations: situations.map(({ situation }) => situation.id).join(','),
    targetGroup: null,
    actionField: null,
    period: null,
    f: null,
  };
  const { search } = new URL(hrefWith(request, changes));
  return (cluster) => {
    const href = `${apiBase(request)}/clusters/${encodeURIComponent(cluster.id)}${search}`;
    return { ...cluster, links: [{ href, rel: 'self', type: MEDIA.geojson }] };
  };
}

function linksOf(request: FastifyRequest, reply: FastifyReply, format: Format): Link[] {
  const others = (Object.keys(FORMATS) as Format[]).filter((other) => other !== format);
  const links: Link[] = [
    { href: selfHref(request), rel: 'self', type: FORMATS[format] },
    ...others.map((f) => ({ href: hrefWith(request, { f }), rel: 'alternate', type: FORMATS[f] })),
    { href: `${apiBase(request)}/problem-situations`, rel: 'describedby', type: MEDIA.json },
  ];
  mirrorLinks(reply, links);
  return links;
}

function sendCsv(reply: FastifyReply, clusters: readonly Properties[]): FastifyReply {
  const rows = clusters.map(
    (own): Record<string, unknown> => ({
      ...own,
      members: own.members.join(' '),
      bridges: own.bridges.join(' '),
      targetGroups: own.targetGroups.map(({ targetGroup }) => targetGroup).join(' '),
      events: own.biography
        .filter(({ period }) => period === own.period)
        .map(({ event }) => event)
        .join(' '),
    }),
  );
  return reply.type(CSV_TYPE).send(toCsv([...FIELDS], rows));
}
