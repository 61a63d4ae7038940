// German words and numbers.

const UNITS = {
  percent: '%',
  percentage_points: 'Prozentpunkte',
  persons: 'Personen',
  households: 'Haushalte',
  dwellings: 'Wohnungen',
  years: 'Jahre',
  'per 100': 'je 100',
  'per 1000': 'je 1.000',
  'per 10000': 'je 10.000',
  'per 100000': 'je 100.000',
  'm2 per person': 'm² je Person',
  'rooms per person': 'Räume je Person',
  'EUR per m2': '€ je m²',
  'EUR per person': '€ je Person',
  'persons per ha': 'Personen je ha',
  class: '',
};

const THEMES = {
  demography: 'Bevölkerung',
  migration: 'Zuwanderung',
  mobility: 'Umzüge',
  households: 'Haushalte',
  labour: 'Arbeit',
  poverty: 'Armut',
  education: 'Bildung',
  health: 'Gesundheit',
  youth_welfare: 'Jugendhilfe',
  housing: 'Wohnen',
  infrastructure: 'Infrastruktur',
  participation: 'Teilhabe',
  safety: 'Sicherheit',
  environment: 'Umwelt',
  funding: 'Förderung',
  index: 'Indizes',
};

const STATUSES = {
  suppressed: 'geheim gehalten',
  not_assessed: 'nicht bewertet',
  not_available: 'nicht verfügbar',
  not_applicable: 'nicht anwendbar',
};

const TARGET_GROUPS = {
  all: 'alle',
  children: 'Kinder',
  young_people: 'Jugendliche',
  families: 'Familien',
  older: 'Ältere',
  migrants: 'Zugewanderte',
  disabled: 'Menschen mit Behinderung',
  unemployed: 'Arbeitslose',
  benefit_recipients: 'Menschen im Leistungsbezug',
  single_parents: 'Alleinerziehende',
};

/** Who is meant; a code that the page does not know stays one. */
export function groupWord(group) {
  return TARGET_GROUPS[group] ?? group;
}

export function unitWord(unit) {
  return UNITS[unit] ?? unit;
}

export function themeWord(theme) {
  return THEMES[theme] ?? theme;
}

/** Why there is no value, e.g. `geheim gehalten: weniger als fünf Personen`. */
export function whyMissing({ status, reasonLabel }) {
  const word = STATUSES[status] ?? status;
  return reasonLabel ? `${word}: ${reasonLabel}` : word;
}

/** A number with the indicator's decimals and German separators. */
export function printNumber(value, indicator) {
  const digits = { minimumFractionDigits: indicator.decimals, maximumFractionDigits: indicator.decimals };
  return value.toLocaleString('de-DE', digits).replace('-', '−');
}

/** A number that says which side of zero it is on. */
export function printSigned(value, decimals) {
  return (value > 0 ? '+' : '') + printNumber(value, { decimals });
}

/** A whole number with German separators. */
export function printWhole(value) {
  return Math.round(value).toLocaleString('de-DE');
}

/** A number of problem situations. */
export function printCount(count) {
  if (count === 0) return 'keine auffällig';
  return count === 1 ? '1 Problemlage' : `${count} Problemlagen`;
}

/** A probability with the digits that it has: two, or more where they are zeros. */
export function printProbability(p) {
  const decimals = Math.max(2, Math.ceil(-Math.log10(p)) + 1);
  return printNumber(p, { decimals });
}

/** Limits of a class: a value equal to one is in the class below. */
export function printClass({ from, to, lowest }, indicator) {
  const [low, high] = [printNumber(from, indicator), printNumber(to, indicator)];
  if (low === high) return low;
  return lowest ? `${low} bis ${high}` : `über ${low} bis ${high}`;
}

/** A value with its unit, or the name of its category. */
export function printValue(value, indicator) {
  const category = indicator.categories.find((entry) => entry.value === value);
  if (category) return category.label;
  return `${printNumber(value, indicator)} ${unitWord(indicator.unit)}`.trim();
}

/** `2023-S1` as people say it. */
export function printPeriod(period) {
  const [year, part] = period.split('-');
  if (/^S[12]$/.test(part ?? '')) return `${part.slice(1)}. Halbjahr ${year}`;
  if (/^Q[1-4]$/.test(part ?? '')) return `${part.slice(1)}. Quartal ${year}`;
  return period.includes('-') ? period.split('-').reverse().join('.') : period;
}

/** `2021-01-01` as `1.1.2021`. */
export function printDate(date) {
  return date.split('-').reverse().map(Number).join('.');
}
