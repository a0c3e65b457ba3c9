/** How much one run of an author's code may take. */
const KiB = 1024;
const MiB = 1024 * KiB;

export const MAX_CODE_LENGTH = 64 * KiB;
export const MAX_INPUT_BYTES = 1 * MiB;
/** As much as a step may carry along in a run. */
export const MAX_RESULT_BYTES = 256 * KiB;
/** Levels of lists and objects inside one another. */
export const MAX_RESULT_DEPTH = 64;
/** What the isolate is told. A guideline to it, so the process has a limit as well. */
export const ISOLATE_MIB = 64;
/** An idle child holds about 75 MiB. */
export const MAX_RESIDENT_BYTES = 256 * MiB;
/** How often memory is looked at while code runs: filling an array takes about 1 GB in a second. */
export const MEMORY_CHECK_MS = 20;
/** The isolate stops most code in time; what it cannot stop, the child reports this much later … */
export const CHILD_GRACE_MS = 50;
/** … and what keeps even the child from telling, the engine ends this much later. */
export const ENGINE_GRACE_MS = 500;
