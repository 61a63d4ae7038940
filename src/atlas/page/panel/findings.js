// The problem situations of a district with the figures that they rest on.

import { make } from '../elements.js';
import { situationPeriods } from '../layers/situation-layer.js'; // for which there are any
import { printNumber, printValue, whyMissing } from '../words.js';
import { more, section } from './section.js';

/** @returns {Promise<HTMLElement | null>} null where no rule applies to the period */
export async function listSituations(source, { catalogue, at }, district) {
  const there = situationPeriods(catalogue.situations).some(
    ({ period, boundaryVersion }) => period === at.period && boundaryVersion === at.boundary,
  );
  if (!there) return null;
  const { districts } = await source.readSituationDistricts(at);
  const row = districts.find((each) => each.district === district);
  const indicators = new Map(catalogue.indicators.map((indicator) => [indicator.id, indicator]));
  const list = (state) => {
    const found = row.findings.filter((finding) => finding.state === state);
    return make(
      'ul',
      { class: `findings ${state}` },
      ...found.map((each) => describeFinding(each, indicators)),
    );
  };
  const { present, absent, notAssessed } = row;
  return section(
    'situations',
    'Problemlagen',
    make('p', { class: 'sentence' }, row.sentence),
    ...(present.length > 0 ? [list('present')] : []),
    ...(notAssessed.length > 0 ? [more(`Ohne Angaben: ${notAssessed.length}`, list('not_assessed'))] : []),
    ...(absent.length > 0 ? [more(`Nicht auffällig: ${absent.length}`, list('absent'))] : []),
  );
}

function describeFinding({ label, evidence }, indicators) {
  return make(
    'li',
    {},
    make('strong', {}, label),
    ...evidence.map((each) => make('span', {}, describeEvidence(each, indicators))),
  );
}

/** One condition: the figure, what it is compared with, and the limit. */
function describeEvidence(evidence, indicators) {
  const { label, source, measure, value, z, limit, mean, classLabel } = evidence;
  if (value === null) return `${label}: ${whyMissing(evidence)}`;
  if (measure === 'class') return `${label}: Klasse „${classLabel}“`;
  const print = (number) => printFigure(number, indicators.get(source));
  if (measure === 'value') return `${label}: ${print(value)}, Grenze ${print(limit)}`;
  const side = z < 0 ? 'günstiger' : 'ungünstiger';
  const distance = printNumber(Math.abs(z), { decimals: 1 });
  return (
    `${label}: ${print(value)}, Mittel ${print(mean)}; ` +
    `${distance} Standardabweichungen ${side}, Grenze ${printNumber(limit, { decimals: 1 })}`
  );
}

function printFigure(value, indicator) {
  return indicator ? printValue(value, indicator) : printNumber(value, { decimals: 2 });
}
