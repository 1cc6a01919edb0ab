/**
 * How deep brackets, and selections through fragments, may stand in each other, whatever `limits.depth` says: parser,
 * planner and execution follow nesting by recursion.
 */
export const MAX_NESTING = 200;
