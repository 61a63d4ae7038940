/** Shapes of real districts, as delivered; for tests that skip where the data are absent. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Feature, MultiPolygon, Polygon } from 'geojson';
import { parseShp } from 'shpjs';
import type { Shape } from '../../../src/districts/shape.ts';
import { SHARED_DATA } from '../../support/shared.ts';

/** 542 Planungsräume since 2021. */
export function readBerlin(): Shape[] {
  return readShapefile('berlin/lor/lor2021-shp/lor_plr');
}

/** 170 Unterbezirke, 60 of which have rings that cross themselves. */
export function readDortmund(): Shape[] {
  const text = readFileSync(join(SHARED_DATA, 'dortmund/do_data2018.geojson'), 'utf8');
  const { features } = JSON.parse(text) as { features: Feature<Polygon | MultiPolygon>[] };
  return toShapes(features.map(({ geometry }) => geometry));
}

/** 10,997 German municipalities, whose shapes are generalised for 1 : 5,000,000. */
export function readMunicipalities(): Shape[] {
  return readShapefile('vg5000/VG5000_GEM');
}

function readShapefile(path: string): Shape[] {
  const file = join(SHARED_DATA, path);
  const geometries = parseShp(readFileSync(`${file}.shp`), readFileSync(`${file}.prj`, 'utf8'));
  return toShapes(geometries as (Polygon | MultiPolygon)[]);
}

function toShapes(geometries: readonly (Polygon | MultiPolygon)[]): Shape[] {
  return geometries.map((geometry, i) => ({
    districtId: i + 1,
    geometry: {
      type: 'MultiPolygon',
      coordinates: geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates,
    },
  }));
}
