/** The rules of one state of the catalogue: indices and problem situations that it knows. */
import type { Catalog } from '../catalog/catalog.ts';
import { type IndexList, listIndices } from '../indices/choose-subject.ts';
import type { Reader } from '../reader.ts';
import { listSituations } from './choose-situations.ts';
import type { SituationDefinition } from './situation.ts';

/** Built-in and defined ones. */
export interface Rules {
  indices: IndexList;
  /** By id. */
  all: SituationDefinition[];
}

/** Reads them. */
export async function readRules(reader: Reader, catalog: Catalog): Promise<Rules> {
  return {
    indices: listIndices(await reader.indexMethods(catalog)),
    all: listSituations(await reader.definedSituations(catalog)),
  };
}
