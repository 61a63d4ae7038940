/** What features are described by: joined columns, boundary versions, releases. */
import type { components } from '../../openapi/generated/types.ts';
import type { BoundaryVersion } from '../catalog/catalog.ts';
import { findFacts } from '../indicators/column.ts';
import { unitOf } from '../indicators/column-text.ts';
import { describeClasses } from '../indicators/describe-classes.ts';
import type { JoinedColumn, TextColumn } from '../indicators/joined-column.ts';
import { type Language, textOf } from '../label.ts';
import type { Property } from './property.ts';
import type { Part } from './rows.ts';

type ColumnDocument = components['schemas']['JoinedColumn'];
type BoundaryDocument = components['schemas']['BoundaryVersion'];

/** What a joined column holds, for people and programs. */
export function describeColumn(
  column: JoinedColumn,
  version: BoundaryVersion,
  language: Language,
): ColumnDocument {
  const { indicator, source, period } = column.slot;
  return {
    name: column.name,
    measure: column.measure,
    indicator: indicator.code,
    label: textOf(indicator.label, language),
    unit: unitOf(column.measure, indicator.unit),
    period,
    ...findFacts(column.column),
    boundaryVersion: version.validFrom,
    release: releaseOf(column) === 0 ? null : releaseOf(column),
    source,
    ...(column.kind === 'number' &&
      column.classes && { classification: describeClasses(column.classes, indicator.polarity) }),
    ...(column.measure === 'reason' && { reasons: nameReasons(column, language) }),
    ...(column.measure === 'change' && { changeFrom: column.slot.base?.period ?? null }),
  };
}

/** Labels of the reasons in a column, by code. */
function nameReasons({ slot, texts }: TextColumn, language: Language): Record<string, string> {
  const codes = texts.filter((code) => code !== null);
  return Object.fromEntries(
    codes.flatMap((code) => {
      const label = slot.reasons.get(code);
      return label ? [[code, textOf(label, language)]] : [];
    }),
  );
}

/** Newest release that touched what a column was made from; 0 where nothing was delivered. */
function releaseOf({ measure, column, slot }: JoinedColumn): number {
  return measure === 'change' ? Math.max(column.release, slot.base?.release ?? 0) : column.release;
}

/** What the joined columns among some properties hold, part by part. */
export function describeParts(
  parts: readonly Part[],
  properties: readonly Property[],
  language: Language,
): ColumnDocument[] {
  const shown = new Set(properties.map(({ name }) => name));
  return parts.flatMap(({ version, columns }) =>
    columns.filter(({ name }) => shown.has(name)).map((column) => describeColumn(column, version, language)),
  );
}

/** Newest release that rows hold something of; null where there are none. */
export function newestPart(parts: readonly Part[]): number | null {
  return parts.length === 0
    ? null
    : Math.max(...parts.map(({ version, columns }) => newestRelease(version, columns)));
}

/** A boundary version as the contract shows it. */
export function describeBoundary(version: BoundaryVersion, language: Language): BoundaryDocument {
  return {
    validFrom: version.validFrom,
    validUntil: version.validUntil,
    label: textOf(version.label, language),
    districts: version.districts,
    release: version.release,
    source: version.source,
  };
}

/** Newest release that a joined answer holds something of. */
export function newestRelease(version: BoundaryVersion, columns: readonly JoinedColumn[]): number {
  return columns.reduce((newest, column) => Math.max(newest, releaseOf(column)), version.release);
}
