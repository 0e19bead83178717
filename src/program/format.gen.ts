// Generated from src/step/table.ts by `npm run gen`. Not edited by hand.

/** In the header of a program; that of another version, or of another table of steps, is refused. */
export const format = 0xa122ef34
