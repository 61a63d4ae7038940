import { byId, make } from './elements.js';
import { whyMissing } from './words.js';

/** Twice the distance from the pointer in atlas.css. */
const GAP = 28;

/**
 * Name, value and cluster beside the pointer.
 * @param {{ layer: object }} shown the view on display
 * @param {object | undefined} observation of the district below the pointer; undefined for none
 * @param {object | undefined} cluster that the district is in
 */
export function showTooltip({ layer }, observation, cluster, point) {
  const tooltip = byId('tooltip');
  tooltip.hidden = observation === undefined;
  if (observation === undefined) return;
  const { districtName, text, class: entry } = observation;
  const words = layer.id === 'indicator' ? text : entry?.label;
  tooltip.replaceChildren(
    make('strong', {}, districtName),
    make('span', {}, entry ? words : whyMissing(observation)),
    ...(cluster ? [make('span', {}, `Cluster: ${cluster.label}`)] : []),
  );
  moveTo(tooltip, point);
}

/** On the side where there is room. */
function moveTo(tooltip, { x, y }) {
  const isRight = x > tooltip.parentElement.clientWidth / 2;
  const left = isRight ? x - tooltip.offsetWidth - GAP : x;
  tooltip.style.transform = `translate(${Math.round(left)}px, ${Math.round(y)}px)`;
}
