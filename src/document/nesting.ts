/**
 * How deep brackets, and selections through fragments, may stand in each other, whatever `limits.depth` says: the native
 * planner reads no more than 50 levels.
 */
export const MAX_NESTING = 45;
