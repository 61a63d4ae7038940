// What the map can show. Each layer has
//
//   id, word                      in the address and for people
//   choose(catalogue, wanted)     → subject, or null where the collection has nothing of it
//   read(source, subject, at)     → frame: all districts in one period, as map, legend, table and panel show them
//
// A subject is { title, definition, unit, valueWord, periods, comparable, chosen, … }: `valueWord` names the value beside the class, where
// that says more, `comparable` says whether classes may be the same in all periods, `chosen` are its parts of the address. A frame is { observations, classes, sources, notes, … }.

import { clusterLayer } from './cluster-layer.js';
import { indexLayer } from './index-layer.js';
import { indicatorLayer } from './indicator-layer.js';
import { significanceLayer } from './significance-layer.js';
import { situationLayer } from './situation-layer.js';

export const LAYERS = [indicatorLayer, indexLayer, situationLayer, clusterLayer, significanceLayer];

/**
 * What there is in a collection.
 * @param {object} source api.js or an archive
 * @returns {Promise<{ id: string, indicators: object[], indices: object[], situations: object[] }>}
 */
export async function readCatalogue(source, collection) {
  const [indicators, indices, situations] = await Promise.all([
    source.readIndicators(collection),
    source.readIndices(collection),
    source.readSituations(collection),
  ]);
  return {
    id: collection,
    indicators: indicators.map((indicator) => ({
      ...indicator,
      ...indicator.collections.find(({ id }) => id === collection),
      id: indicator.id,
    })),
    indices: indices.flatMap((index) => withPeriods(index, collection)),
    situations: situations.flatMap((situation) => withPeriods(situation, collection)),
  };
}

function withPeriods(method, collection) {
  const application = method.applications.find((each) => each.collection === collection);
  return application?.applicable ? [{ ...method, periods: application.periods }] : [];
}
