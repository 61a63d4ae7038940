/** History of hot and cold spots. */
import { columnsOfSeries } from '../choose-columns.ts';
import { SERIES, type SeriesInputs, TEST, type TestInputs, testOf } from '../common-inputs.ts';
import { districtProcess } from '../district-process.ts';
import { drawingTime } from '../drawing-time.ts';
import type { HotSpotsInput } from '../tasks/hot-spots-task.ts';

export const emergingHotSpots = districtProcess<HotSpotsInput, SeriesInputs & TestInputs>({
  id: 'emerging-hot-spots',
  version: '1.1.0',
  title: { de: 'Entstehende Hot Spots', en: 'Emerging hot spots' },
  description: {
    de: 'Verlauf der Häufungen über die Zeiträume eines Gebietsstands: neu, dauerhaft, zunehmend, früher …',
    en: 'History of clusters over the periods of one boundary version: new, persistent, intensifying, historical …',
  },
  keywords: ['hot spot', 'trend', 'Mann-Kendall'],
  inputs: { ...SERIES, ...TEST },
  columns: columnsOfSeries,
  task: 'hot-spots',
  taskInput: testOf,
  milliseconds: drawingTime,
});
