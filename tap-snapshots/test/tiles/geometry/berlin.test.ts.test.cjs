/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/tiles/geometry/berlin.test.ts > TAP > Berlin’s Planungsräume > AdV_25833 > the first districts of a tile, decoded > AdV_25833 5/21/12 1`] = `
2: 2858 square units, rings of 11 points
5: 12104 square units, rings of 23 points
6: 4059 square units, rings of 15 points
7: 7652 square units, rings of 34 points
8: 10262.5 square units, rings of 30 points
9: 9256 square units, rings of 51 points
10: 7464 square units, rings of 28 points
11: 12065 square units, rings of 29 points
12: 22189.5 square units, rings of 42 points
13: 15130 square units, rings of 38 points
14: 9029.5 square units, rings of 45 points
15: 4805 square units, rings of 21 points
16: 1472 square units, rings of 12 points
17: 12965.5 square units, rings of 36 points
18: 10835 square units, rings of 30 points
19: 12900.5 square units, rings of 38 points
20: 7296.5 square units, rings of 28 points
21: 24113.5 square units, rings of 54 points
22: 12233 square units, rings of 28 points
23: 7029.5 square units, rings of 12 points
24: 4761 square units, rings of 12 points
25: 3651.5 square units, rings of 24 points
26: 4509 square units, rings of 29 points
27: 2767.5 square units, rings of 14 points
28: 4050 square units, rings of 22 points
29: 6081.5 square units, rings of 16 points
30: 6454.5 square units, rings of 21 points
31: 4612 square units, rings of 19 points
32: 2768.5 square units, rings of 10 points
33: 5694.5 square units, rings of 14 points
34: 1513 square units, rings of 11 points
35: 2863.5 square units, rings of 9 points
36: 2815 square units, rings of 11 points
37: 6463.5 square units, rings of 21 points
38: 4277 square units, rings of 14 points
39: 9482 square units, rings of 17 points
40: 6473.5 square units, rings of 27 points
41: 5181.5 square units, rings of 24 points
42: 6058 square units, rings of 17 points
43: 46873 square units, rings of 60 points
`

exports[`test/tiles/geometry/berlin.test.ts > TAP > Berlin’s Planungsräume > WebMercatorQuad > the first districts of a tile, decoded > WebMercatorQuad 10/549/335 1`] = `
76: 6241.5 square units, rings of 10 points
77: 8721.5 square units, rings of 24 points
78: 13769 square units, rings of 29 points
79: 15610.5 square units, rings of 25 points
80: 15453 square units, rings of 31 points
81: 7395 square units, rings of 26 points
82: 15203.5 square units, rings of 20 points
83: 4351.5 square units, rings of 8 points
84: 10082 square units, rings of 17 points
85: 15260.5 square units, rings of 31 points
86: 18276.5 square units, rings of 32 points
123: 4684 square units, rings of 18 points
124: 1572.5 square units, rings of 9 points
125: 3988.5 square units, rings of 18 points
154: 10339 square units, rings of 28 points
155: 12998.5 square units, rings of 22 points
156: 7337.5 square units, rings of 20 points
157: 9781 square units, rings of 23 points
158: 19720 square units, rings of 48 points
160: 75.5 square units, rings of 4 points
164: 20293 square units, rings of 27 points
165: 395235 square units, rings of 73 points
166: 43823.5 square units, rings of 34 points
167: 28920.5 square units, rings of 33 points
168: 10660.5 square units, rings of 28 points
169: 96427.5 square units, rings of 69 points
170: 15845 square units, rings of 35 points
171: 15355.5 square units, rings of 26 points
172: 40662 square units, rings of 70 points
173: 15786.5 square units, rings of 36 points
174: 21111.5 square units, rings of 54 points
175: 16256.5 square units, rings of 14 points
176: 17200 square units, rings of 19 points
177: 14129.5 square units, rings of 20 points
178: 16712.5 square units, rings of 26 points
179: 18626 square units, rings of 42 points
180: 17161.5 square units, rings of 32 points
181: 8918.5 square units, rings of 24 points
182: 13729 square units, rings of 19 points
183: 17843 square units, rings of 34 points
`
