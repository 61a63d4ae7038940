/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/tiles/geometry/municipalities.test.ts > TAP > German municipalities > the first districts of a tile, decoded > WebMercatorQuad 4/8/5 1`] = `
1: 411 square units, rings of 16 points
2: 882 square units, rings of 46 points
3: 1612.5 square units, rings of 56 points
4: 546 square units, rings of 25 points
5: 380 square units, rings of 13 points
6: 248.5 square units, rings of 18 points
7: 60.5 square units, rings of 5 points
8: 51.5 square units, rings of 6 points
9: 122 square units, rings of 10 points
10: 75 square units, rings of 9 points
11: 54.5 square units, rings of 7 points
12: 73 square units, rings of 6 points
13: 96.5 square units, rings of 8 points
14: 82 square units, rings of 9 points
15: 76 square units, rings of 7 points
16: 44 square units, rings of 5 points
17: 86.5 square units, rings of 9 points
18: 54 square units, rings of 10 points
19: 193 square units, rings of 11 points
20: 119.5 square units, rings of 8 points
21: 55 square units, rings of 6 points
22: 476 square units, rings of 3,14 points
23: 88 square units, rings of 9 points
24: 111 square units, rings of 6 points
25: 215 square units, rings of 16 points
26: 39 square units, rings of 7 points
27: 11.5 square units, rings of 4 points
28: 86 square units, rings of 13 points
29: 87.5 square units, rings of 7 points
30: 35 square units, rings of 6 points
31: 46 square units, rings of 4 points
32: 55 square units, rings of 6 points
33: 123.5 square units, rings of 10 points
34: 48.5 square units, rings of 7 points
35: 17.5 square units, rings of 5 points
36: 173 square units, rings of 15 points
37: 122 square units, rings of 13 points
38: 71.5 square units, rings of 6 points
39: 74.5 square units, rings of 11 points
40: 49.5 square units, rings of 7 points
`
