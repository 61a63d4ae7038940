/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/tiles/geometry/dortmund.test.ts > TAP > Dortmund’s Unterbezirke > EU_25832 > the first districts of a tile, decoded > EU_25832 6/214/158 1`] = `
1: 33791 square units, rings of 77 points
2: 22186.5 square units, rings of 44 points
3: 158745.5 square units, rings of 208,3 points
4: 144885.5 square units, rings of 113 points
5: 50521.5 square units, rings of 75 points
6: 2612 square units, rings of 25 points
7: 73073.5 square units, rings of 105 points
8: 34420 square units, rings of 62 points
9: 22407.5 square units, rings of 57 points
10: 94612.5 square units, rings of 65 points
11: 132769 square units, rings of 147 points
12: 40425.5 square units, rings of 64 points
13: 29979.5 square units, rings of 64 points
14: 31253 square units, rings of 47 points
15: 38202.5 square units, rings of 75 points
16: 29964.5 square units, rings of 68 points
17: 58047.5 square units, rings of 120 points
18: 46717.5 square units, rings of 78 points
19: 93857 square units, rings of 144 points
20: 25585.5 square units, rings of 87 points
21: 50180.5 square units, rings of 81 points
22: 21729 square units, rings of 71 points
23: 19956 square units, rings of 52 points
24: 13428 square units, rings of 33 points
25: 19776 square units, rings of 51 points
26: 45913 square units, rings of 95 points
27: 30376.5 square units, rings of 54 points
28: 63265 square units, rings of 43 points
29: 27417 square units, rings of 77 points
30: 44774.5 square units, rings of 74 points
31: 57217 square units, rings of 83 points
32: 42163.5 square units, rings of 97 points
33: 45203.5 square units, rings of 67 points
34: 68480 square units, rings of 61 points
35: 48299 square units, rings of 36 points
36: 56144.5 square units, rings of 106 points
37: 44919 square units, rings of 58,3 points
38: 106737.5 square units, rings of 120 points
39: 39977.5 square units, rings of 75 points
40: 141325.5 square units, rings of 72 points
`

exports[`test/tiles/geometry/dortmund.test.ts > TAP > Dortmund’s Unterbezirke > WebMercatorQuad > the first districts of a tile, decoded > WebMercatorQuad 11/1065/680 1`] = `
1: 283497 square units, rings of 191 points
11: 83636.5 square units, rings of 55 points
14: 48951.5 square units, rings of 46 points
26: 35081 square units, rings of 55 points
36: 47964 square units, rings of 66 points
46: 213274.5 square units, rings of 328 points
48: 12428 square units, rings of 33 points
51: 306988 square units, rings of 160 points
58: 77100 square units, rings of 69 points
61: 274079 square units, rings of 164 points
65: 310135 square units, rings of 251 points
77: 159953.5 square units, rings of 287,4,3 points
93: 17201 square units, rings of 32 points
95: 73239 square units, rings of 46 points
96: 25920.5 square units, rings of 12,12 points
105: 177226 square units, rings of 136 points
110: 374871.5 square units, rings of 228 points
124: 75144 square units, rings of 54 points
131: 74469 square units, rings of 61 points
136: 224877 square units, rings of 129 points
170: 54440 square units, rings of 59 points
`
