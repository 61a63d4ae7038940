/**
 * The plan of Musterstadt, an invented town: outline, river, districts with their names, and where people
 * of which situation live. Coordinates are metres east and north of the market place.
 *
 *            north: old working-class belt
 *          ,--------------------------.
 *         /  05      03        06      \
 *        |  08   04     01   02    07   |  07: barracks turned into a new quarter
 *        |~~~~~~~~~~~ river ~~~~~~~~~~~~|
 *         \   11       09       10     /   10: villas on the hill
 *          `-------.   12   .---------'    11: settlement of the sixties that grows old
 */

/** A point in metres east and north. */
export type Point = readonly [x: number, y: number];

/** One Stadtteil of the plan and its five Quartiere. */
export interface StadtteilPlan {
  key: string;
  name: string;
  centre: Point;
  /** Keys of the Quartiere are the key of the Stadtteil and `01` to `05`, in this order. */
  quartiere: readonly [string, string, string, string, string];
}

/** Market place in EPSG:25832; the real place is farmland in Westphalia. */
export const ORIGIN: Point = [415000, 5775000];

export const STADTTEILE: readonly StadtteilPlan[] = [
  {
    key: '01',
    name: 'Altstadt',
    centre: [100, 600],
    quartiere: ['Domfreiheit', 'Marktviertel', 'Gerberviertel', 'Am Stadtgraben', 'Klosterhof'],
  },
  {
    key: '02',
    name: 'Neustadt',
    centre: [1800, 1700],
    quartiere: ['Bahnhofsviertel', 'Gründerviertel', 'Musikerviertel', 'Stadtgarten', 'Kaiserwall'],
  },
  {
    key: '03',
    name: 'Nordvorstadt',
    centre: [-400, 2500],
    quartiere: ['Nordmarkt', 'Webersiedlung', 'Schlachthofviertel', 'Rosenhügel', 'Gleisdreieck'],
  },
  {
    key: '04',
    name: 'Hafenviertel',
    centre: [-2000, 900],
    quartiere: ['Industriehafen', 'Alter Hafen', 'Speicherinsel', 'Werftstraße', 'Kohlenkai'],
  },
  {
    key: '05',
    name: 'Ziegelkamp',
    centre: [-2500, 3200],
    quartiere: ['Ziegelei', 'Lehmkuhle', 'Heidesiedlung', 'Tonwerk', 'Feldmark'],
  },
  {
    key: '06',
    name: 'Rabenhorst',
    centre: [1100, 3900],
    quartiere: ['Alt-Rabenhorst', 'Mühlenberg', 'Rabenwald', 'Försterei', 'Birkenbusch'],
  },
  {
    key: '07',
    name: 'Hesselbeck',
    centre: [3700, 1000],
    quartiere: ['Hesselbeck-Dorf', 'Kasernenviertel', 'Am Flugfeld', 'Osterwiesen', 'Beckhof'],
  },
  {
    key: '08',
    name: 'Bruchhofen',
    centre: [-4000, 800],
    quartiere: ['Bruchhofen-Mitte', 'Torfmoor', 'Kanalsiedlung', 'Westfeld', 'Erlengrund'],
  },
  {
    key: '09',
    name: 'Brückenvorstadt',
    centre: [0, -1500],
    quartiere: ['Brückenkopf', 'Uferwiesen', 'Turnerviertel', 'Lutherplatz', 'Papiermühle'],
  },
  {
    key: '10',
    name: 'Sonnenberg',
    centre: [2600, -2200],
    quartiere: ['Villenkolonie', 'Weinberg', 'Sternwarte', 'Parkallee', 'Waldfrieden'],
  },
  {
    key: '11',
    name: 'Eschenrode',
    centre: [-2500, -2100],
    quartiere: ['Alt-Eschenrode', 'Gartenstadt', 'Eschenpark', 'Obsthain', 'Am Ringofen'],
  },
  {
    key: '12',
    name: 'Lindenbrink',
    centre: [100, -3700],
    quartiere: ['Lindenbrink-Dorf', 'Brinkhof', 'Südfeld', 'Schäferei', 'Tannenkamp'],
  },
];

/** Quartier without a single resident. */
export const INDUSTRIAL = '0401';

/** Quartier that is being built while we watch. */
export const GROWING = '0702';

/** Distance of the town's limit from the market place in a direction (radians from east), in metres. */
export function outlineRadius(angle: number): number {
  return (
    4900 *
    (1 + 0.06 * Math.cos(2 * angle + 0.5) + 0.05 * Math.sin(3 * angle + 1.1) + 0.025 * Math.cos(7 * angle))
  );
}

/** The river's course: its northing at an easting, in metres. */
export function riverNorthing(x: number): number {
  return -450 + 420 * Math.sin(x / 1150 + 0.9) + 0.05 * x;
}

/** How strongly a pattern that is centred somewhere is felt at a point: 1 at the centre, falling with distance. */
function nearness([x, y]: Point, [centreX, centreY]: Point, reach: number): number {
  return Math.exp(-((x - centreX) ** 2 + (y - centreY) ** 2) / (2 * reach ** 2));
}

/** Social hardship at a point, roughly -1.5 (the hill) to 1.5 (the northern belt). */
export function hardshipAt(point: Point): number {
  return (
    1.5 * nearness(point, [-1500, 2300], 1500) +
    0.8 * nearness(point, [-1300, 300], 1100) -
    1.5 * nearness(point, [2900, -2400], 1900) -
    0.5 * nearness(point, [2300, 3600], 1200)
  );
}

/** Surplus of older people at a point, 0 to 1. */
export function ageingAt(point: Point): number {
  return nearness(point, [-2700, -2300], 1200) + 0.4 * nearness(point, [1200, 4200], 1000);
}

/** How urban a point is: 1 at the market place, 0 in the fields. */
export function urbanityAt(point: Point): number {
  return nearness(point, [200, 800], 2300);
}
