/** Reasons that the service itself gives; sql/0001_core.sql words them, and no package may word them anew. */
export const BUILT_IN_REASONS: readonly string[] = [
  'not_delivered',
  'not_collected',
  'other_boundary_version',
  'withdrawn',
];
