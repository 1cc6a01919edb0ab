/** The most that is read of a service's answer, inflated, where the config does not say otherwise. */
export const DEFAULT_ANSWER_BYTES = 10_000_000;
