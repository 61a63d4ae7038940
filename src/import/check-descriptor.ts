/** Checks what a schema cannot: that the parts of a descriptor fit together. */
import {
  type BoundaryResource,
  DESCRIPTOR_FILE,
  type Descriptor,
  type MissingRules,
  type ObservationResource,
} from './descriptor.ts';
import type { Findings } from './findings.ts';
import { explainReserved, FREE_CODE } from './reserved-codes.ts';
import { isPathInside } from './source-files.ts';

type Note = (code: string, pointer: string, got: string, expected: string) => void;

/**
 * Notes references to nothing, names given twice, reserved ids, columns without a field, and boundary versions that
 * overlap.
 */
export function checkDescriptor(descriptor: Descriptor, findings: Findings): void {
  const note: Note = (code, field, got, expected) =>
    findings.add({ code, got, expected, field, file: DESCRIPTOR_FILE });
  const declared = descriptor.sozialraum;
  const known = {
    geographies: collectIds(declared.geographies, 'geographies', note),
    indicators: collectIds(declared.indicators, 'indicators', note),
    reasons: collectIds(
      declared.reasons.map(({ code }) => ({ id: code })),
      'reasons',
      note,
    ),
  };
  for (const [index, { id }] of declared.indicators.entries()) {
    const got = explainReserved(id, known.indicators);
    if (got) note('indicator_reserved', `/sozialraum/indicators/${index}/id`, got, FREE_CODE);
  }
  for (const [index, { parent, extent }] of declared.geographies.entries()) {
    const pointer = `/sozialraum/geographies/${index}`;
    if (parent) checkReference('geography_unknown', `${pointer}/parent`, parent, known.geographies, note);
    const [west, south, east, north] = extent;
    if (west >= east || south >= north || south < -90 || north > 90) {
      note(
        'descriptor_invalid',
        `${pointer}/extent`,
        JSON.stringify(extent),
        '[west, south, east, north] in degrees',
      );
    }
  }
  checkParentCycle(declared.geographies, note);
  const names = new Set<string>();
  for (const [index, resource] of descriptor.resources.entries()) {
    const pointer = `/resources/${index}`;
    if (names.has(resource.name))
      note('descriptor_invalid', `${pointer}/name`, resource.name, 'each name once');
    names.add(resource.name);
    if (!isPathInside(resource.path)) {
      note('path_outside', `${pointer}/path`, resource.path, 'a relative path inside the data directory');
    }
    const { geography } = resource.sozialraum;
    checkReference(
      'geography_unknown',
      `${pointer}/sozialraum/geography`,
      geography,
      known.geographies,
      note,
    );
    if (resource.format === 'csv') checkObservations(resource, pointer, known, note);
    else checkBoundaries(resource, pointer, known.geographies, note);
  }
  checkOverlaps(descriptor, note);
}

interface Known {
  geographies: Set<string>;
  indicators: Set<string>;
  reasons: Set<string>;
}

function collectIds(entries: { id: string }[], list: string, note: Note): Set<string> {
  const ids = new Set<string>();
  for (const [index, { id }] of entries.entries()) {
    if (ids.has(id)) note('descriptor_invalid', `/sozialraum/${list}/${index}`, id, 'each id once');
    ids.add(id);
  }
  return ids;
}

function checkReference(code: string, pointer: string, id: string, known: Set<string>, note: Note): void {
  if (!known.has(id)) note(code, pointer, id, `one of ${[...known].join(', ') || 'none declared'}`);
}

function checkParentCycle(geographies: Descriptor['sozialraum']['geographies'], note: Note): void {
  const parents = new Map(geographies.map(({ id, parent }) => [id, parent]));
  for (const [index, { id }] of geographies.entries()) {
    let above = parents.get(id);
    for (let steps = 0; above !== undefined && above !== id && steps < geographies.length; steps++) {
      above = parents.get(above);
    }
    if (above === id) {
      note(
        'descriptor_invalid',
        `/sozialraum/geographies/${index}/parent`,
        `${id} above itself`,
        'a hierarchy',
      );
    }
  }
}

function checkBoundaries(
  resource: BoundaryResource,
  pointer: string,
  geographies: Set<string>,
  note: Note,
): void {
  const { validFrom, validUntil, parents = [] } = resource.sozialraum;
  if (validUntil !== null && validUntil <= validFrom) {
    note('descriptor_invalid', `${pointer}/sozialraum/validUntil`, validUntil, `a date after ${validFrom}`);
  }
  if (resource.format === 'shp' && !/\.shp$/i.test(resource.path)) {
    note('descriptor_invalid', `${pointer}/path`, resource.path, 'a path that ends in .shp');
  }
  for (const [index, { geography }] of parents.entries()) {
    const at = `${pointer}/sozialraum/parents/${index}/geography`;
    checkReference('geography_unknown', at, geography, geographies, note);
    if (geography === resource.sozialraum.geography)
      note('descriptor_invalid', at, geography, 'another geography');
  }
}

function checkObservations(resource: ObservationResource, pointer: string, known: Known, note: Note): void {
  const rule = resource.sozialraum;
  const types = new Map(resource.schema.fields.map(({ name, type }) => [name, type]));
  if (types.size < resource.schema.fields.length) {
    note('descriptor_invalid', `${pointer}/schema/fields`, 'a field name twice', 'each field name once');
  }
  const at = `${pointer}/sozialraum`;
  const needField = (name: string, place: string, numeric: boolean): void => {
    const type = types.get(name);
    if (type === undefined)
      note('descriptor_invalid', place, name, `one of the fields ${[...types.keys()].join(', ')}`);
    else if (numeric && type !== 'number' && type !== 'integer') {
      note('descriptor_invalid', place, `field ${name} of type ${type}`, 'type number or integer');
    }
  };
  const checkMissing = (rules: MissingRules | undefined, place: string): void => {
    for (const [text, { reason }] of Object.entries(rules ?? {})) {
      checkReference('reason_unknown', `${place}/missing/${text}`, reason, known.reasons, note);
    }
  };
  needField(rule.key.field, `${at}/key/field`, false);
  if (typeof rule.period === 'object') needField(rule.period.field, `${at}/period/field`, false);
  checkMissing(rule.missing, at);
  for (const [index, { when, reason }] of (rule.rows ?? []).entries()) {
    checkReference('reason_unknown', `${at}/rows/${index}/reason`, reason, known.reasons, note);
    if ('field' in when) needField(when.field, `${at}/rows/${index}/when/field`, 'below' in when);
  }
  const indicators = new Set<string>();
  for (const [index, column] of rule.columns.entries()) {
    const place = `${at}/columns/${index}`;
    checkReference('indicator_unknown', `${place}/indicator`, column.indicator, known.indicators, note);
    if (indicators.has(column.indicator)) {
      note('descriptor_invalid', `${place}/indicator`, column.indicator, 'each indicator once in a resource');
    }
    indicators.add(column.indicator);
    checkMissing(column.missing, place);
    if ('field' in column) needField(column.field, `${place}/field`, column.map === undefined);
    else {
      needField(column.numerator, `${place}/numerator`, true);
      needField(column.denominator, `${place}/denominator`, true);
    }
  }
}

/** Two versions of one geography must not be valid on the same day:  |--2006--)[--2021-- …  */
function checkOverlaps(descriptor: Descriptor, note: Note): void {
  const versions = descriptor.resources.flatMap((resource, index) =>
    resource.format === 'csv' ? [] : [{ index, ...resource.sozialraum }],
  );
  versions.sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
  for (const [position, version] of versions.entries()) {
    const next = versions.slice(position + 1).find(({ geography }) => geography === version.geography);
    if (next && (version.validUntil === null || version.validUntil > next.validFrom)) {
      note(
        'descriptor_invalid',
        `/resources/${version.index}/sozialraum/validUntil`,
        String(version.validUntil),
        `a date up to ${next.validFrom}, from which the next version of ${version.geography} is valid`,
      );
    }
  }
}
