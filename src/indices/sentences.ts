/**
 * An explanation in plain words, German and English. It says what stands out (auffällig) and how the number comes about, never why
 * people are better or worse off.
 */
import type { components } from '../../openapi/generated/types.ts';
import type { Language } from '../label.ts';

type Contribution = components['schemas']['IndexContribution'];

/** What a sentence is made of, in one language. */
export interface Told {
  district: string;
  key: string;
  index: string;
  period: string;
  /** Null where the district is not rated. */
  rated: {
    value: number;
    classLabel: string;
    standsOut: boolean;
    rank: number;
    of: number;
    /** What raises the index most comes first. */
    contributions: readonly Contribution[];
    /** The nearest other class. */
    border: { classLabel: string; side: 'below' | 'above'; distance: number; borderline: boolean } | null;
  } | null;
  /** Why it is not rated. */
  reason: string | null;
}

/** The sentence about one index. */
export function tellIndex(told: Told, language: Language): string {
  return language === 'de' ? tellGerman(told) : tellEnglish(told);
}

/** The sentence about a combination of two. */
export function tellCombination(
  told: {
    district: string;
    key: string;
    index: string;
    period: string;
    classText: string | null;
    standsOut: boolean;
  },
  parts: readonly string[],
  language: Language,
): string {
  const { district, key, index, period, classText, standsOut } = told;
  const head =
    language === 'de'
      ? classText === null
        ? `${district} (${key}) ist im Index „${index}“ ${period} nicht bewertet.`
        : `${district} (${key}) hat im Index „${index}“ ${period} die Klasse ${classText} und ist damit ${standsOut ? 'auffällig' : 'nicht auffällig'}.`
      : classText === null
        ? `${district} (${key}) is not assessed in the index “${index}” ${period}.`
        : `${district} (${key}) has the class ${classText} in the index “${index}” ${period} and ${standsOut ? 'stands out' : 'does not stand out'}.`;
  return [head, ...parts].join(' ');
}

function tellGerman({ district, key, index, period, rated, reason }: Told): string {
  if (!rated)
    return `${district} (${key}) ist im Index „${index}“ ${period} nicht bewertet: ${reason ?? 'keine Angabe'}.`;
  const { value, classLabel, standsOut, rank, of, contributions, border } = rated;
  const sentences = [
    `${district} (${key}) hat im Index „${index}“ ${period} den Wert ${write(value, 2, 'de')}, Klasse „${classLabel}“, und ist damit ${standsOut ? 'auffällig' : 'nicht auffällig'} (Rang ${rank} von ${of}, Rang 1 ist der höchste Wert).`,
    `Der Wert setzt sich zusammen aus ${contributions.map((part) => tellPart(part, 'de')).join(', ')}.`,
  ];
  if (border) {
    const distance = `Bis zur Klasse „${border.classLabel}“ fehlen ${writeSmall(border.distance, 'de')} nach ${border.side === 'above' ? 'oben' : 'unten'}`;
    sentences.push(
      border.borderline
        ? `${distance}: das ist weniger, als zwei Nachkommastellen zeigen; die Klasse steht auf der Kante.`
        : `${distance}.`,
    );
  }
  return sentences.join(' ');
}

function tellEnglish({ district, key, index, period, rated, reason }: Told): string {
  if (!rated)
    return `${district} (${key}) is not assessed in the index “${index}” ${period}: ${reason ?? 'no value'}.`;
  const { value, classLabel, standsOut, rank, of, contributions, border } = rated;
  const sentences = [
    `${district} (${key}) has the value ${write(value, 2, 'en')} in the index “${index}” ${period}, class “${classLabel}”, and ${standsOut ? 'stands out' : 'does not stand out'} (rank ${rank} of ${of}, rank 1 is the highest value).`,
    `The value is made of ${contributions.map((part) => tellPart(part, 'en')).join(', ')}.`,
  ];
  if (border) {
    const distance = `The class “${border.classLabel}” is ${writeSmall(border.distance, 'en')} ${border.side}`;
    sentences.push(
      border.borderline
        ? `${distance}: less than two decimals show; the class is on the edge.`
        : `${distance}.`,
    );
  }
  return sentences.join(' ');
}

/** `Kinderarmut +0,81 (45,2, im Mittel 26,1)`. */
function tellPart({ label, contribution, value, mean }: Contribution, language: Language): string {
  const amount = contribution ?? 0;
  const signed = `${amount >= 0 ? '+' : ''}${write(amount, 2, language)}`;
  const raw = value === null ? null : write(value, 2, language);
  if (raw === null) return `${label} ${language === 'de' ? '(keine Angabe)' : '(no value)'}`;
  const between =
    mean === null ? '' : `; ${language === 'de' ? 'Mittel' : 'mean'} ${write(mean, 2, language)}`;
  return `${label} ${signed} (${raw}${between})`;
}

/** A number for people: decimal comma in German, a true minus, no negative zero. */
function write(value: number, decimals: number, language: Language): string {
  const text = Math.abs(value).toFixed(decimals);
  const minus = value < 0 && Number(text) !== 0 ? '−' : '';
  return minus + (language === 'de' ? text.replace('.', ',') : text);
}

const MOST_DECIMALS = 12;

/** A distance with two digits that count, however small it is. */
function writeSmall(distance: number, language: Language): string {
  const decimals = distance >= 0.01 || distance === 0 ? 2 : 1 - Math.floor(Math.log10(distance));
  return write(distance, Math.min(decimals, MOST_DECIMALS), language);
}
