// A PMTiles file of `sozialraum export pmtiles` in place of the API: the same functions as api.js, answered from the
// attributes of its tiles and from its description.

import { make } from './elements.js';
import { addProtocol } from './maplibre/maplibre-gl.mjs'; // tiles of the file for the map
import { toFrames } from './values.js';

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
  const readValues = async ({ indicator }) => describeValues(description, districts, indicator);
  return {
    // The file says which classes there are.
    fixedClasses: true,
    readCollections: async () => [collection],
    readIndicators: async () => describeIndicators(description),
    readIndices: async () => [],
    readSituations: async () => [],
    readValues,
    readSeries: async ({ indicator, district }) =>
      toFrames(await readValues({ indicator }), indicator).map(({ observations }) =>
        observations.find((observation) => observation.district === district),
      ),
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
  const { collection, columns, classifications, indicators, boundaryVersion } = read[1];
  if (!collection || !columns || !classifications || !indicators || !boundaryVersion)
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

/** What the API would answer, as far as the tiles say it; the classes are those that the file states. */
function describeValues({ columns, classifications }, districts, { id }) {
  const own = columns.filter(({ indicator, measure }) => indicator === id && measure !== 'class');
  const read = ({ name }) => [name, districts.map((properties) => properties[name] ?? null)];
  const values = Object.fromEntries(own.map(read));
  const classed = own
    .filter(({ measure }) => measure === 'value')
    .map(({ name }) => ({ name: `${name}_class`, of: name, classification: classifications[name] }));
  for (const { name, of, classification } of classed)
    values[name] = values[of].map(
      (value) => 1 + classification.breaks.filter((limit) => value > limit).length,
    );
  return {
    keys: districts.map(({ key }) => key),
    names: districts.map(({ name }) => name),
    columns: [...own, ...classed],
    values,
  };
}
