/** Small towns drawn as text: five rows of six quarters of 1,000 residents, with the number of unemployed of each. */
import { makeRing, type SmallPackage } from '../support/small-package.ts';

/** Key of a quarter; rows are 1 to 5 from the top, columns 1 to 6. */
export const keyAt = (row: number, column: number): string => `01${row}${column}`;

/**
 * Makes a package with a situation `many-unemployed`: more than four percent.
 * @param world rows by year
 * @param figures unemployed by sign; x for a suppressed number
 */
export function drawWorld(
  world: Readonly<Record<string, readonly string[]>>,
  figures: Readonly<Record<string, string>>,
): (pkg: SmallPackage) => void {
  return (pkg) => {
    pkg.quarterFeatures = [];
    pkg.lines = ['quarter;year;residents;unemployed'];
    for (let row = 1; row <= 5; row++) {
      for (let column = 1; column <= 6; column++) {
        const id = keyAt(row, column);
        pkg.quarterFeatures.push({
          type: 'Feature',
          properties: { id, name: `Feld ${id}` },
          geometry: {
            type: 'Polygon',
            coordinates: [makeRing(400000 + column * 1000, 5710000 - row * 1000, 1000, 1000)],
          },
        });
        for (const [year, rows] of Object.entries(world))
          pkg.lines.push(`${id};${year};1.000;${figures[rows[row - 1]![column - 1]!]}`);
      }
    }
    pkg.sozialraum.situations = [
      {
        id: 'many-unemployed',
        version: '1.0.0',
        label: { de: 'Viele Arbeitslose', en: 'Many unemployed' },
        targetGroups: ['unemployed'],
        actionFields: ['labour_market'],
        need: 'all',
        conditions: [{ kind: 'indicator', indicators: ['unemployed_share'], measure: 'value', limit: 4 }],
      },
    ];
  };
}
