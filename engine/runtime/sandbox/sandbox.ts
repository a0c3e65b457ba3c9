/** Runs authors' code in processes that can be killed. docs/decisions/0012-code-sandbox.md says why it is built so. */
import { availableParallelism } from "node:os";
import type { Json, JsonObject } from "../../core/json.ts";
import { AppError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { createDispatcher, type Dispatched, type DispatcherOptions } from "./dispatcher.ts";
import { MAX_CODE_LENGTH, MAX_INPUT_BYTES, MAX_RESULT_BYTES } from "./limits.ts";

export interface CodeRun {
  readonly tenantId: string;
  /** Body of an async function of `inputs`, in strict mode: `return { total: inputs.a + inputs.b }`. */
  readonly code: string;
  readonly inputs: JsonObject;
  /** What the code sees as the present moment. */
  readonly now: Date;
  /** Seed of its `Math.random`. */
  readonly seed: number;
  readonly timeoutMs: number;
  /** JSON Schema the result must fit. */
  readonly outputSchema?: JsonObject;
}

export interface Sandbox {
  /**
   * What the code returned, as JSON; nothing returned is null. The same run gives the same answer.
   * @throws AppError CODE_FAILED, CODE_TIMEOUT, CODE_MEMORY, CODE_BUSY, OUTPUT_TOO_LARGE, PARAMS_INVALID, SHUTTING_DOWN
   */
  run(run: CodeRun): Promise<Json>;
  /** Ends all children. Code that still runs or waits fails with SHUTTING_DOWN. */
  stop(): Promise<void>;
  /** Process ids of its children. */
  pids(): number[];
}

export type SandboxOptions = Partial<DispatcherOptions> & { readonly log?: Logger };

// A child takes about 75 MiB, so a machine of many cores gets no more than these.
const MOST_CHILDREN = 8;

const DEFAULTS: DispatcherOptions = {
  maxChildren: Math.min(MOST_CHILDREN, availableParallelism() + 1),
  maxWaiting: 200,
  maxWaitMs: 10_000,
  maxUses: 1_000,
  idleMs: 60_000,
};

/** Starts nothing yet: the first run of code does. */
export function createSandbox({ log, ...options }: SandboxOptions = {}): Sandbox {
  const dispatcher = createDispatcher({ ...DEFAULTS, ...options });
  return {
    async run(run) {
      const inputs = checkedInputs(run);
      const { tenantId, code, timeoutMs, outputSchema } = run;
      const schema = outputSchema ? { outputSchema } : {};
      const task = { code, inputs, timeoutMs, now: run.now.getTime(), seed: run.seed, ...schema };
      const answer = await dispatcher.run(tenantId, task);
      if (answer.kind === "no-child") log?.error({ reason: answer.reason }, "no sandbox child starts");
      return resultOf(answer, run);
    },
    stop: dispatcher.stop,
    pids: dispatcher.pids,
  };
}

function checkedInputs({ code, inputs }: CodeRun): string {
  if (code.length > MAX_CODE_LENGTH) {
    const message = `The code has ${code.length} characters; ${MAX_CODE_LENGTH} are allowed.`;
    throw new AppError("PARAMS_INVALID", message, { length: code.length, max: MAX_CODE_LENGTH });
  }
  const text = JSON.stringify(inputs);
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_INPUT_BYTES) return text;
  const message = `The inputs of the code take ${bytes} bytes; ${MAX_INPUT_BYTES} are allowed. Hand over only what the code reads.`;
  throw new AppError("PARAMS_INVALID", message, { bytes, maxBytes: MAX_INPUT_BYTES });
}

function resultOf(answer: Dispatched, { timeoutMs }: CodeRun): Json {
  switch (answer.kind) {
    case "returned":
      return answer.value;
    case "threw": {
      const { line, message } = answer;
      const place = line === null ? "" : ` at line ${line}`;
      throw new AppError("CODE_FAILED", `The code failed${place}: ${message}`, { line });
    }
    case "unfit":
      throw new AppError("CODE_FAILED", `What the code returned ${answer.message}.`);
    case "too-large": {
      const message = `The code returned ${answer.bytes} bytes; ${MAX_RESULT_BYTES} are allowed. Return only what later steps need.`;
      throw new AppError("OUTPUT_TOO_LARGE", message, { bytes: answer.bytes, maxBytes: MAX_RESULT_BYTES });
    }
    case "timeout":
      throw new AppError("CODE_TIMEOUT", `The code did not finish in ${timeoutMs} ms.`, { timeoutMs });
    case "memory":
      throw new AppError("CODE_MEMORY", "The code took more memory than it may, and was ended.");
    case "died":
      throw new AppError("CODE_MEMORY", "The code brought its process down, most likely for lack of memory.");
    case "busy":
      throw new AppError("CODE_BUSY", "Too much code of this tenant is waiting to run. Try again later.");
    case "stopped":
      throw new AppError("SHUTTING_DOWN", "The engine is stopping; the code was not run to its end.");
    case "no-child":
      throw new AppError("INTERNAL", "The sandbox for code cannot be started; the log says why.");
  }
}
