/** What happened to a cluster, as documents and in words. */
import type { components } from '../../openapi/generated/types.ts';
import type { Language } from '../label.ts';
import type { ClusterEvent } from '../stats/clusters/cluster-biography.ts';
import { type ClusterFindings, placesOf } from './find-clusters.ts';

type Event = components['schemas']['ClusterEvent'];

/**
 * All that happened to a cluster up to a period, what went into it and came out of it included.
 * @param id number of the cluster in the traced biographies
 * @param until position of the last period
 */
export function tellBiography(
  findings: ClusterFindings,
  id: number,
  until: number,
  language: Language,
): Event[] {
  const { biographies } = findings.traced;
  const events = biographies.events
    .filter((event) => event.period <= until && (event.id === id || event.other === id))
    .map((event) => tellEvent(findings, event, language));
  const { periods, end } = findings.series;
  const last = periods.length - 1;
  if (until < last || biographies.last[id] !== last || end === 'latest') return events;
  return [...events, tellEnd(findings, id, language)];
}

/** What happened by a period to clusters that are no longer there. */
export function tellEnded(findings: ClusterFindings, period: number, language: Language): Event[] {
  return findings.traced.biographies.events
    .filter((event) => event.period === period && (event.kind === 'merged' || event.kind === 'dissolved'))
    .map((event) => tellEvent(findings, event, language));
}

function tellEvent(findings: ClusterFindings, event: ClusterEvent, language: Language): Event {
  const { series, table, names, periods } = findings;
  const now = new Set(placesOf(findings, event.period, event.id));
  const before = new Set(event.period > 0 ? placesOf(findings, event.period - 1, event.id) : []);
  const left = [...before].filter((i) => !now.has(i));
  const lost = left.filter((i) => periods[event.period]!.lacks[i]);
  const told = {
    period: series.periods[event.period]!.plan.period,
    previousPeriod: series.periods[event.period - 1]?.plan.period ?? null,
    event: event.kind,
    cluster: names[event.id]!,
    otherCluster: event.other === null ? null : names[event.other]!,
    districtsBefore: event.before,
    districtsAfter: event.after,
    joined: [...now].filter((i) => !before.has(i)).map((i) => table.keys[i]!),
    left: left.map((i) => table.keys[i]!),
    leftNotAssessed: lost.map((i) => table.keys[i]!),
    boundaryVersion: null,
  };
  return { ...told, sentence: wordEvent(told, language) };
}

/** The series ends while the cluster is there: that says nothing about the cluster. */
function tellEnd(findings: ClusterFindings, id: number, language: Language): Event {
  const { series, names } = findings;
  const last = series.periods.length - 1;
  const n = placesOf(findings, last, id).length;
  const told = {
    period: series.periods[last]!.plan.period,
    previousPeriod: series.periods[last - 1]?.plan.period ?? null,
    event: series.end === 'boundary_change' ? ('boundary_changed' as const) : ('rule_changed' as const),
    cluster: names[id]!,
    otherCluster: null,
    districtsBefore: n,
    districtsAfter: n,
    joined: [],
    left: [],
    leftNotAssessed: [],
    boundaryVersion: series.end === 'boundary_change' ? series.nextBoundary : null,
  };
  return { ...told, sentence: wordEvent(told, language) };
}

function wordEvent(event: Omit<Event, 'sentence'>, language: Language): string {
  const words = language === 'de' ? wordInGerman(event) : wordInEnglish(event);
  const lost = event.leftNotAssessed.length;
  if (lost === 0) return words;
  return language === 'de'
    ? `${words} Nicht mehr bewertet: ${lost}; ob sie weiter auffällig sind, lässt sich nicht sagen.`
    : `${words} No longer assessed: ${lost}; whether they still stand out cannot be said.`;
}

function wordInGerman(event: Omit<Event, 'sentence'>): string {
  const { period, previousPeriod, districtsBefore: before, districtsAfter: after, otherCluster } = event;
  switch (event.event) {
    case 'born':
      return previousPeriod === null
        ? `${period}: ${districts(after, 'de')}; schon im ersten Zeitraum der Reihe auffällig, vielleicht länger.`
        : `${period}: neu auffällig, ${districts(after, 'de')}.`;
    case 'grown':
      return `${period}: gewachsen von ${before} auf ${districts(after, 'de')}.`;
    case 'shrunk':
      return `${period}: geschrumpft von ${before} auf ${districts(after, 'de')}.`;
    case 'kept':
      return `${period}: gleich groß geblieben, ${districts(after, 'de')}.`;
    case 'merged':
      return `${period}: aufgegangen in ${otherCluster}; zuvor ${districts(before, 'de')}.`;
    case 'split':
      return `${period}: abgespalten von ${otherCluster}, ${districts(after, 'de')}.`;
    case 'dissolved':
      return `${period}: aufgelöst; zuvor ${districts(before, 'de')}.`;
    case 'boundary_changed':
      return `Nach ${period} gilt ein anderer Gebietsstand (ab ${event.boundaryVersion}); ohne Umsteigeschlüssel endet die Geschichte hier. Über die Lage sagt das nichts.`;
    case 'rule_changed':
      return `Nach ${period} fehlen die Angaben für dieselbe Regel; die Geschichte endet hier. Über die Lage sagt das nichts.`;
  }
}

function wordInEnglish(event: Omit<Event, 'sentence'>): string {
  const { period, previousPeriod, districtsBefore: before, districtsAfter: after, otherCluster } = event;
  switch (event.event) {
    case 'born':
      return previousPeriod === null
        ? `${period}: ${districts(after, 'en')}; stands out from the first period of the series on, perhaps longer.`
        : `${period}: stands out anew, ${districts(after, 'en')}.`;
    case 'grown':
      return `${period}: grown from ${before} to ${districts(after, 'en')}.`;
    case 'shrunk':
      return `${period}: shrunk from ${before} to ${districts(after, 'en')}.`;
    case 'kept':
      return `${period}: of the same size, ${districts(after, 'en')}.`;
    case 'merged':
      return `${period}: merged into ${otherCluster}; ${districts(before, 'en')} before.`;
    case 'split':
      return `${period}: split from ${otherCluster}, ${districts(after, 'en')}.`;
    case 'dissolved':
      return `${period}: dissolved; ${districts(before, 'en')} before.`;
    case 'boundary_changed':
      return `After ${period} other boundaries are valid (from ${event.boundaryVersion}); without a crosswalk the biography ends here. That says nothing about the situation.`;
    case 'rule_changed':
      return `After ${period} the figures for the same rule are missing; the biography ends here. That says nothing about the situation.`;
  }
}

/** A number of districts in words. */
export function districts(n: number, language: Language): string {
  if (language === 'de') return n === 1 ? '1 Gebiet' : `${n} Gebiete`;
  return n === 1 ? '1 district' : `${n} districts`;
}
