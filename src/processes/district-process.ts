/** What processes on columns of districts have in common: all is read first, and a task in a thread does the rest. */
import { MEDIA } from '../http/links.ts';
import type { ChosenColumns } from './choose-columns.ts';
import type { DistrictInputs } from './common-inputs.ts';
import { contiguityTime, loadUnits } from './load-units.ts';
import { type Process, type ProcessContext, type ProcessOutput, taskFile, workInThread } from './process.ts';
import type { Units } from './tasks/units.ts';

/** Districts as features, with the statement of method. */
export const DISTRICTS: Record<string, ProcessOutput> = {
  result: {
    title: { de: 'Ergebnis', en: 'Result' },
    description: {
      de: 'Alle Gebiete als GeoJSON; analysis nennt Methode, Angaben, Ausschlüsse mit Gründen und Warnungen.',
      en: 'All districts as GeoJSON; analysis states method, parameters, exclusions with reasons and warnings.',
    },
    schema: {
      type: 'object',
      contentMediaType: MEDIA.geojson,
      required: ['type', 'features', 'analysis'],
      properties: {
        type: { type: 'string', enum: ['FeatureCollection'] },
        features: { type: 'array', items: { type: 'object' } },
        analysis: { type: 'object' },
      },
    },
  },
};

/** A process whose task takes districts with their columns. */
interface DistrictProcess<TaskInput extends { units: Units }, Inputs extends DistrictInputs>
  extends Omit<Process, 'prepare' | 'outputs' | 'mediaType'>,
    Partial<Pick<Process, 'outputs' | 'mediaType'>> {
  /** Which columns are read. */
  columns(context: ProcessContext, inputs: Inputs): ChosenColumns;
  /** Name of the task's file, without its end. */
  task: string;
  /** What the task takes beside the districts. */
  taskInput(inputs: Inputs): Omit<TaskInput, 'units'>;
  /** Estimate of the time in one thread, beside finding neighbours. */
  milliseconds(units: Units, inputs: Inputs): number;
}

/** Makes the table entry; results are districts as features unless the process says otherwise. */
export function districtProcess<TaskInput extends { units: Units }, Inputs extends DistrictInputs>({
  columns,
  task,
  taskInput,
  milliseconds,
  ...described
}: DistrictProcess<TaskInput, Inputs>): Process {
  return {
    outputs: DISTRICTS,
    mediaType: MEDIA.geojson,
    ...described,
    async prepare(context: ProcessContext, inputs: Inputs) {
      const units = await loadUnits(context, described, inputs, columns(context, inputs));
      const estimate = contiguityTime(units) + milliseconds(units, inputs);
      return workInThread(taskFile(task), { units, ...taskInput(inputs) }, estimate);
    },
  };
}
