/**
 * Masterportal's module `statisticDashboard` for a wide table. As of 3.19 the module reads
 *
 *     services[0]        url, collection, typ
 *     module.data[0]     layerId, levelName, levelTitle, geometryAttribute, oafRequestCRS, geomRequestParams,
 *                        timeStepsFilter, mappingFilter
 *
 * and keeps figures by the region's name, the statistic's name and the written day: where two share one, the last would
 * stand for both. So all three are made to differ.
 */
import type { components } from '../../openapi/generated/types.ts';
import { themeWord, unitWord } from '../atlas/page/words.js';
import type { Indicator } from '../catalog/catalog.ts';
import type { Statistics } from '../catalog/statistics.ts';
import { STORED_TITLES } from '../features/describe-schema.ts';
import { GEOMETRY } from '../features/property.ts';
import { sourceOf } from '../indicators/join.ts';
import { type Label, type Language, textOf } from '../label.ts';
import { featuresLayer } from './masterportal-layers.ts';

type Dashboard = components['schemas']['MasterportalDashboard'];
type Mapping = Dashboard['module']['data'][number]['mappingFilter'];

const TEXTS = {
  latest: { de: 'Die letzten {n} Stichtage', en: 'The latest {n} days' },
  all: { de: 'Alle Stichtage', en: 'All days' },
  boundary: { de: 'Gebietsstand ab', en: 'Boundary version from' },
  source: { de: 'Quelle', en: 'Source' },
  licence: { de: 'Lizenz', en: 'Licence' },
  missing: {
    de: 'Ein Strich steht für keinen Wert; warum, sagt die Spalte {column}.',
    en: 'A dash stands for no value; the column {column} says why.',
  },
  boundaries: {
    de: 'Gebiete verschiedener Gebietsstände sind nicht vergleichbar: {versions}.',
    en: 'Districts of different boundary versions cannot be compared: {versions}.',
  },
} satisfies Record<string, Label>;

/** Features of one request: the most that the contract allows. */
const PAGE = 10_000;

/** Groups of days that are offered, where there are more. */
const LATEST_DAYS = [5, 10];

/** Colours of Okabe and Ito (https://jfly.uni-koeln.de/color/), which people with colour blindness tell apart. */
const LINES = [
  [0, 114, 178],
  [213, 94, 0],
  [0, 158, 115],
  [204, 121, 167],
  [230, 159, 0],
  [86, 180, 233],
  [240, 228, 66],
  [0, 0, 0],
].map((colour) => [...colour, 1]);

/** Of more bars than these nobody reads the names; as of more lines than colours, Masterportal then asks which. */
const MOST_BARS = 20;

const REFERENCE = [155, 155, 155, 0.7];

/**
 * Describes both parts of the configuration.
 * @param indicators those of the table that are offered
 * @param base address of the API
 */
export function describeMasterportalDashboard(
  statistics: Statistics,
  indicators: readonly Indicator[],
  language: Language,
  base: string,
): Dashboard {
  const { collection, geography, days, title } = statistics;
  const say = (label: Label): string => textOf(label, language);
  const attribution = [...new Set(days.map(({ version }) => version.source.attribution))].join('; ');
  const statisticsAttributes = describeIndicators(statistics, indicators, language);
  const names = Object.entries(statisticsAttributes).map(([column, { name }]) => [column, name]);
  const layer = featuresLayer(base, collection, say(title), attribution, {
    label: say(STORED_TITLES.label),
    date: say(STORED_TITLES.date),
    ...Object.fromEntries(names),
  });
  return {
    services: [layer],
    module: {
      type: 'statisticDashboard',
      subtitle: say(geography.authority.label),
      downloadFilename: collection,
      lineLimit: LINES.length,
      barLimit: MOST_BARS,
      colorScheme: { referenceRegion: REFERENCE, lineCharts: LINES },
      data: [
        {
          layerId: layer.id,
          levelName: say(geography.label),
          levelTitle: say(title),
          geometryAttribute: GEOMETRY,
          oafRequestCRS: layer.crs!,
          oafDataProjectionCode: 'EPSG:25832',
          geomRequestParams: { filter: shapesFilter(statistics), limit: PAGE },
          timeStepsFilter: Object.fromEntries([
            ...LATEST_DAYS.filter((n) => n < days.length).map((n) => [n, fill(say(TEXTS.latest), { n })]),
            ['all', say(TEXTS.all)],
          ]),
          mappingFilter: {
            timeAttribute: {
              attrName: 'date',
              name: say(STORED_TITLES.date),
              inputFormat: 'YYYY-MM-DD',
              outputFormat: outputFormat(days.map(({ date }) => date)),
            },
            regionNameAttribute: describeRegions(statistics, language),
            statisticsAttributes,
          },
        },
      ],
    },
  };
}

/** Each district once for each of its boundary versions: the rows of the version's last day. */
function shapesFilter({ days }: Statistics): string {
  const last = new Map(days.map(({ version, date }) => [version, date]));
  return `date IN (${[...last.values()].map((date) => `DATE('${date}')`).join(',')})`;
}

/** The shortest form that tells the days apart. */
function outputFormat(dates: readonly string[]): 'YYYY' | 'YYYY-MM' | 'YYYY-MM-DD' {
  const forms = ['YYYY', 'YYYY-MM'] as const;
  const differ = (length: number): boolean =>
    new Set(dates.map((date) => date.slice(0, length))).size === dates.length;
  return forms.find((form) => differ(form.length)) ?? 'YYYY-MM-DD';
}

/** The menu of districts; where there are several boundary versions, first the one of these. */
function describeRegions({ days }: Statistics, language: Language): Mapping['regionNameAttribute'] {
  const districts = { attrName: 'label', name: textOf(STORED_TITLES.label, language) };
  if (new Set(days.map(({ version }) => version)).size === 1) return districts;
  return { attrName: 'valid_from', name: textOf(TEXTS.boundary, language), child: districts };
}

function describeIndicators(
  { geography, days }: Statistics,
  indicators: readonly Indicator[],
  language: Language,
): Mapping['statisticsAttributes'] {
  const say = (label: Label): string => textOf(label, language);
  const word = (text: string, german: (text: string) => string): string =>
    language === 'de' ? german(text) : text.replaceAll('_', ' ');
  const nameOf = ({ label, unit }: Indicator): string => {
    const measured = word(unit, unitWord);
    return measured === '' ? say(label) : `${say(label)} (${measured})`;
  };
  const names = indicators.map(nameOf);
  const versions = [...new Set(days.map(({ version }) => version))].map(({ label }) => say(label)).join(', ');
  const crossing = new Set(days.map(({ version }) => version)).size > 1;
  return Object.fromEntries(
    indicators.map((indicator, k) => {
      const name = names[k]!;
      const shared = names.filter((other) => other === name).length > 1;
      const { text, licence } = sourceOf(indicator, geography);
      const categories = indicator.categories.map(({ value, label }) => `${value} ${say(label)}`);
      const sentences = [
        indicator.description && `${say(indicator.description)}.`,
        categories.length > 0 && `${categories.join(', ')}.`,
        `${say(TEXTS.source)}: ${text}.`,
        `${say(TEXTS.licence)}: ${licence}.`,
        fill(say(TEXTS.missing), { column: `${indicator.code}_status` }),
        crossing && fill(say(TEXTS.boundaries), { versions }),
      ];
      return [
        indicator.code,
        {
          name: shared ? `${name} [${indicator.code}]` : name,
          category: word(indicator.theme, themeWord),
          description: sentences.filter(Boolean).join(' '),
        },
      ];
    }),
  );
}

function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}
