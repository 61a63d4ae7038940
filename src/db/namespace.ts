/**
 * Our tables live in a schema of their own, PostGIS in `public`: PostGIS has a type `geography`, and in one
 * schema a table cannot be called like a type. Plain `geography` is our table, the type is `public.geography`.
 */
export const SCHEMA = 'sozialraum';
