// A PMTiles file of `sozialraum export pmtiles` in place of the API: the same functions as api.js, answered from the
// attributes of its tiles and from its description.

import { make } from './elements.js';
import { addProtocol } from './maplibre/maplibre-gl.mjs'; // tiles of the file for the map

/**
 * Opens a file and shows its shapes.
 * @param {string} address absolute or relative to this page
 * @param {object} map of map.js; the values are read from the tiles that it shows
 */
export async function openArchive(address, map) {
  const url = new URL(address, location.href);
  if (!/^https?:$/.test(url.protocol)) throw new Error(`${address} ist keine Web-Adresse.`);
  const { PMTiles, Protocol } = await loadReader();
  const archive = new PMTiles(url.href);
  const [header, description] = await readDescription(archive, url);
  const protocol = new Protocol();
  protocol.add(archive);
  addProtocol('pmtiles', protocol.tile);
  const shapes = { type: 'vector', url: `pmtiles://${url.href}` };
  const collection = describeCollection(description, header);
  map.showShapes({ collection, parent: null, boundary: collection.boundaryVersions[0].validFrom, shapes });
  await map.settle();
  const districts = map.readDistricts();
  if (districts.length === 0)
    throw new Error(
      `Die Datei zeigt nicht alle Gebiete auf einmal (sie beginnt bei Zoomstufe ${header.minZoom}).`,
    );
  const rows = describeObservations(description, districts);
  const ofIndicator = (indicators) => rows.filter((row) => row.indicator === indicators);
  return {
    readCollections: async () => [collection],
    readIndicators: async () => describeIndicators(description),
    readObservations: async ({ indicators, period, districts: key }) =>
      ofIndicator(indicators).filter(
        (row) => (period ?? row.period) === row.period && (key ?? row.district) === row.district,
      ),
    readValues: async ({ indicator }) => ({
      keys: districts.map(({ key }) => key),
      names: districts.map(({ name }) => name),
      columns: description.columns.filter((column) => column.indicator === indicator),
      values: Object.fromEntries(
        description.columns.map(({ name }) => [
          name,
          districts.map((properties) => properties[name] ?? null),
        ]),
      ),
      reasonLabels: new Map(),
    }),
    readDistrict: async ({ key, indicator, period }) => {
      const all = ofIndicator(indicator).filter((row) => row.period === period && row.value !== null);
      const own = all.find(({ district }) => district === key);
      const rank = own ? 1 + all.filter(({ value }) => value > own.value).length : null;
      return { [`${indicator}_rank`]: rank };
    },
    shapesOf: () => shapes,
  };
}

/** The reader comes when a file is asked for, as a script that leaves its functions in `window.pmtiles`. */
function loadReader() {
  return new Promise((resolve, reject) => {
    const script = make('script', { src: '/atlas/pmtiles/pmtiles.js' });
    script.addEventListener('load', () => resolve(window.pmtiles));
    script.addEventListener('error', () => reject(new Error('Das Leseprogramm für PMTiles fehlt.')));
    document.head.append(script);
  });
}

async function readDescription(archive, url) {
  let read;
  try {
    read = await Promise.all([archive.getHeader(), archive.getMetadata()]);
  } catch (error) {
    const why =
      error instanceof TypeError && url.origin !== location.origin
        ? `${url.origin} antwortet dieser Seite nicht. Dateien anderer Server müssen dort für fremde Seiten (CORS) und ` +
          'hier vom Betreiber (BUNDLE_ORIGINS) freigegeben sein.'
        : `${url.href} ist keine lesbare PMTiles-Datei (${error.message}).`;
    throw new Error(why, { cause: error });
  }
  const { collection, columns, indicators, boundaryVersion } = read[1];
  if (!collection || !columns || !indicators || !boundaryVersion)
    throw new Error(`${url.href} hat Kacheln, aber keine Beschreibung von Sozialraum.`);
  if (valueColumns(read[1]).length === 0) throw new Error(`${url.href} hat Gebiete, aber keine Werte.`);
  return read;
}

function valueColumns({ columns }) {
  return columns.filter(({ measure }) => measure === 'value');
}

function describeCollection({ collection, release, boundaryVersion }, { minLon, minLat, maxLon, maxLat }) {
  return {
    ...collection,
    parent: null,
    release,
    boundaryVersions: [boundaryVersion],
    extent: { spatial: { bbox: [[minLon, minLat, maxLon, maxLat]] } },
  };
}

function describeIndicators(description) {
  const columns = valueColumns(description);
  return description.indicators
    .map((indicator) => {
      const own = columns.filter((column) => column.indicator === indicator.id);
      const periods = own.map(({ period, boundaryVersion }) => ({ period, boundaryVersion }));
      return {
        ...indicator,
        collections: [{ id: description.collection.id, source: own[0]?.source, periods }],
      };
    })
    .filter(({ collections: [{ periods }] }) => periods.length > 0);
}

/** What /v1/observations would answer, as far as the tiles say it. */
function describeObservations(description, districts) {
  return valueColumns(description).flatMap(({ name, indicator, period, boundaryVersion, provisional }) =>
    districts.map((properties) => ({
      district: properties.key,
      districtName: properties.name,
      indicator,
      period,
      boundaryVersion,
      provisional,
      value: properties[name] ?? null,
      status: properties[`${name}_status`],
      reasonLabel: null,
      numerator: properties[`${name}_numerator`] ?? null,
      denominator: properties[`${name}_denominator`] ?? null,
    })),
  );
}
