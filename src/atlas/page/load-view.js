// From what an address asks for to everything on display.

import { LAYERS, readCatalogue } from './layers/layers.js'; // what the map can show
import { situationPeriods } from './layers/situation-layer.js'; // when there are clusters

let collections = [];
const catalogues = new Map();

/**
 * Completes a wish to a view that exists and reads what it shows.
 * @param {object} source api.js or an archive
 * @param {object} wanted parts of an address; null for whatever there is
 */
export async function loadView(source, wanted) {
  if (collections.length === 0) collections = await source.readCollections();
  if (collections.length === 0)
    throw new Error('Noch keine Daten: Es wurde noch kein Datenpaket eingelesen.');
  const finest = collections.reduce((best, each) => (sizeOf(each) > sizeOf(best) ? each : best));
  const collection = collections.find(({ id }) => id === wanted.collection) ?? finest;
  if (!catalogues.has(collection.id))
    catalogues.set(collection.id, await readCatalogue(source, collection.id));
  const catalogue = catalogues.get(collection.id);
  const subjects = LAYERS.flatMap((layer) => {
    const subject = layer.choose(catalogue, wanted);
    return subject ? [{ layer, subject }] : [];
  });
  if (subjects.length === 0) throw new Error(`Für ${collection.title} gibt es noch keine Werte.`);
  const { layer, subject } = subjects.find((each) => each.layer.id === wanted.layer) ?? subjects[0];
  const moments = momentsOf(subject.periods);
  const moment = moments.find(({ period }) => period === wanted.period) ?? moments.at(-1);
  const at = { collection: collection.id, period: moment.period, boundary: moment.boundaryVersion };
  const common = subject.comparable ? wanted.common : null;
  const wished = wanted.outlines !== null || wanted.cluster !== null;
  const hasClusters = situationPeriods(catalogue.situations).some(
    ({ period, boundaryVersion }) => period === at.period && boundaryVersion === at.boundary,
  );
  const outlined = layer.id === 'clusters' || (wished && hasClusters);
  const [frame, clusters] = await Promise.all([
    layer.read(source, subject, { ...at, common: common !== null }),
    outlined ? source.readClusters(at) : null,
  ]);
  const parent = parentOn(collection, at.boundary);
  return {
    ...frame,
    collections,
    collection,
    catalogue,
    layers: subjects.map((each) => each.layer.id),
    layer,
    subject,
    moments,
    at,
    boundary: at.boundary,
    clusters,
    hasClusters,
    parent,
    shapes: source.shapesOf(collection.id, at.boundary),
    parentShapes: parent && source.shapesOf(parent, at.boundary),
    fixedClasses: source.fixedClasses ?? false,
    view: {
      ...wanted,
      ...subject.chosen,
      collection: collection.id,
      layer: layer.id === LAYERS[0].id ? null : layer.id,
      period: at.period,
      common,
    },
  };
}

/** Each period once, oldest first; of one that has figures on several boundary versions the newest is shown. */
function momentsOf(periods) {
  const newest = new Map();
  for (const { period, boundaryVersion } of periods)
    if (!(newest.get(period) >= boundaryVersion)) newest.set(period, boundaryVersion);
  return [...newest]
    .map(([period, boundaryVersion]) => ({ period, boundaryVersion }))
    .sort((a, b) => (a.period < b.period ? -1 : 1));
}

function sizeOf({ boundaryVersions }) {
  return Math.max(0, ...boundaryVersions.map(({ districts }) => districts));
}

/** The next higher level if it has shapes on this day. */
function parentOn({ parent }, day) {
  const versions = collections.find(({ id }) => id === parent)?.boundaryVersions ?? [];
  return versions.some(({ validFrom, validUntil }) => validFrom <= day && (validUntil ?? '9999') > day)
    ? parent
    : null;
}
