import t from 'tap';
import { isPossiblePosition, readSrid } from '../../src/import/crs.ts';

t.test('names of reference systems', async (t) => {
  for (const [name, srid] of [
    ['EPSG:25833', 25833],
    ['urn:ogc:def:crs:EPSG::25833', 25833],
    ['urn:ogc:def:crs:EPSG:9.8:4326', 4326],
    ['http://www.opengis.net/def/crs/EPSG/0/25832', 25832],
    ['urn:ogc:def:crs:OGC:1.3:CRS84', 4326],
    ['http://www.opengis.net/def/crs/OGC/1.3/CRS84', 4326],
    ['WGS 84', null],
    ['EPSG:', null],
  ] as const) {
    t.equal(readSrid(name), srid, name);
  }
});

t.test('degrees and metres are told apart', async (t) => {
  t.ok(isPossiblePosition(4326, 13.4, 52.5));
  t.ok(isPossiblePosition(25833, 391000, 5819000));
  t.ok(isPossiblePosition(4647, 32391000, 5819000), 'EPSG:4647 is UTM with its zone before the easting');
  t.notOk(isPossiblePosition(4326, 391000, 5819000));
  t.notOk(isPossiblePosition(25833, 13.4, 52.5));
});
