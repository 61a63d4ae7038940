import fc from 'fast-check';
import t from 'tap';
import { joinBothWays } from '../../../src/stats/graph/contiguity-graph.ts';
import { resolveMinimum } from '../../../src/stats/graph/group-minimum.ts';
import { openPartition } from '../../../src/stats/regions/region-moves.ts';
import { skater } from '../../../src/stats/regions/skater.ts';
import { labelComponents } from '../../../src/stats/weights/weights.ts';
import { linkRow, oneColumn, sumWithin, towns, unitsOf, walkParts } from './region-inputs.ts';

t.test('every move is measured and allowed as by the definition, after any moves', async (t) => {
  fc.assert(
    fc.property(
      towns,
      fc.array(fc.nat(999), { maxLength: 12 }),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(4),
      (town, picks, size, population) => {
        const { weights, data, populations } = town;
        const k = Math.min(data.n, labelComponents(weights).count + 2);
        const start = skater(data, weights, { k });
        const minimum = resolveMinimum(data.n, { size, population, populations });
        const partition = openPartition(data, joinBothWays(weights), start.labels, k, minimum);
        for (const pick of [0, ...picks]) {
          const moves: [number, number][] = [];
          for (let unit = 0; unit < data.n; unit++) {
            const from = partition.labels[unit]!;
            const rest = unitsOf(partition.labels, from).filter((i) => i !== unit);
            const people = rest.reduce((sum, i) => sum + populations[i]!, 0);
            const allowed = rest.length >= size && people >= population && walkParts(weights, rest) === 1;
            t.equal(partition.mayLeave(unit), allowed);
            for (const to of partition.listTargets(unit)) {
              t.not(to, from);
              const moved = partition.labels.slice();
              moved[unit] = to;
              const change = sumWithin(data, moved) - sumWithin(data, partition.labels);
              const measured = partition.measureMove(unit, to);
              t.ok(rest.length === 0 ? Number.isNaN(measured) : Math.abs(measured - change) < 1e-12);
              if (allowed) moves.push([unit, to]);
            }
          }
          const move = moves[pick % moves.length];
          if (move) partition.move(...move);
        }
        partition.restore(start.labels);
        t.same(partition.labels, start.labels);
        const fresh = openPartition(data, joinBothWays(weights), start.labels, k, minimum);
        for (let unit = 0; unit < data.n; unit++) {
          for (const to of fresh.listTargets(unit)) {
            t.ok(Object.is(partition.measureMove(unit, to), fresh.measureMove(unit, to)));
          }
        }
      },
    ),
    { seed: 13, numRuns: 40 },
  );
});

t.test('labels handed in are not changed', async (t) => {
  const labels = Uint32Array.of(0, 0, 1);
  const partition = openPartition(
    oneColumn(1, 2, 3),
    joinBothWays(linkRow(3)),
    labels,
    2,
    resolveMinimum(3, {}),
  );
  t.same(partition.listTargets(1), [1]);
  t.same(partition.listTargets(0), []);
  partition.move(1, 1);
  t.same(labels, Uint32Array.of(0, 0, 1));
  t.same(partition.labels, Uint32Array.of(0, 1, 1));
});

t.test('the level of the data costs no digits', async (t) => {
  const graph = joinBothWays(linkRow(6));
  const labels = Uint32Array.of(0, 0, 0, 1, 1, 1);
  const free = resolveMinimum(6, {});
  const changes = [0, 2 ** 40].map((level) => {
    const data = oneColumn(...[1, 5, 2, 4, 0, 3].map((value) => level + value / 8));
    const partition = openPartition(data, graph, labels, 2, free);
    return partition.measureMove(2, 1);
  });
  t.ok(Math.abs(changes[0]! - changes[1]!) < 1e-14, changes.join(' '));
});
