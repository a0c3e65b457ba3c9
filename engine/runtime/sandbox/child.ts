/**
 * A sandbox child: runs authors' code, one task at a time, each in an isolate of its own that was made before anybody
 * knew whose code it would be, and is thrown away after. The only file that knows isolated-vm.
 *
 * The isolate runs on a thread of its own, so this one stays free to watch clock and memory and to end the process.
 */
import ivm from "isolated-vm";
import type { Json } from "../../core/json.ts";
import { CODE_FILE, GUEST_SOURCE, startScript } from "./guest.ts";
import {
  CHILD_GRACE_MS,
  ISOLATE_MIB,
  MAX_RESIDENT_BYTES,
  MAX_RESULT_BYTES,
  MEMORY_CHECK_MS,
} from "./limits.ts";
import { type ChildMessage, type CodeAnswer, type CodeTask, isSpent } from "./messages.ts";
import { whyNotStorable } from "./storable.ts";

let prepared = prepare();
process.on("message", (task) => void serve(task as CodeTask));
// No child outlives the engine. An orderly exit would wait for a thread that cannot be stopped.
process.on("disconnect", die);
// Ctrl-C reaches the whole group of processes; the engine finishes its work first and then ends its children.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
tell({ kind: "ready" });

async function serve(task: CodeTask): Promise<void> {
  const { isolate, context } = prepared;
  const limits = watchLimits(task);
  const answer = await Promise.race([evaluate(context, task), limits.broken]);
  limits.stop();
  tell(answer);
  // The engine ends this process; disposing of an isolate that still runs would block.
  if (isSpent(answer)) return;
  if (!isolate.isDisposed) isolate.dispose();
  prepared = prepare();
}

function prepare(): { readonly isolate: ivm.Isolate; readonly context: ivm.Context } {
  const isolate = new ivm.Isolate({ memoryLimit: ISOLATE_MIB, onCatastrophicError: die });
  const context = isolate.createContextSync();
  context.evalSync(GUEST_SOURCE);
  return { isolate, context };
}

async function evaluate(context: ivm.Context, task: CodeTask): Promise<CodeAnswer> {
  try {
    const outcome: unknown = await context.eval(startScript(task), {
      filename: CODE_FILE,
      lineOffset: -1,
      timeout: task.timeoutMs,
      promise: true,
    });
    const answer = readOutcome(outcome);
    return answer.kind === "returned" && task.outputSchema ? await fitted(answer, task.outputSchema) : answer;
  } catch (error) {
    return failure(error);
  }
}

/** What the guest said, which an author may have forged: a text, or the code got around its surroundings. */
function readOutcome(outcome: unknown): CodeAnswer {
  if (typeof outcome !== "string") throw new TypeError("The code is not the body of one function");
  const bytes = Buffer.byteLength(outcome);
  if (bytes > MAX_RESULT_BYTES) return { kind: "too-large", bytes };
  const [kind, what, line]: unknown[] = JSON.parse(outcome);
  if (kind === "too-large") return { kind, bytes: Number(what) };
  if (kind === "threw") return thrown(String(what), line);
  const why = whyNotStorable(what);
  return why === null
    ? { kind: "returned", value: what as Json }
    : { kind: "unfit", message: `cannot be kept: ${why}` };
}

function thrown(message: string, line: unknown): CodeAnswer {
  // What an isolate says to a typed array beyond its limit.
  if (message === "RangeError: Array buffer allocation failed") return { kind: "memory" };
  return { kind: "threw", message, line: typeof line === "number" ? line : null };
}

/** Schemas are authors' work too: their patterns may take for ever, so they are tried where that does no harm. */
async function fitted(
  answer: Extract<CodeAnswer, { kind: "returned" }>,
  { $id: _id, $schema: _dialect, ...schema }: NonNullable<CodeTask["outputSchema"]>,
): Promise<CodeAnswer> {
  const { createValidator } = await import("../../validator.ts");
  try {
    const [first] = createValidator().violations(schema, answer.value);
    if (!first) return answer;
    return { kind: "unfit", message: `does not fit the output schema: result${first.path} ${first.message}` };
  } catch (error) {
    return { kind: "unfit", message: `cannot be checked, the output schema is wrong: ${wordsOf(error)}` };
  }
}

/** Errors from around the code: it does not compile, or the isolate stopped it. */
function failure(error: unknown): CodeAnswer {
  const message = wordsOf(error);
  if (message.includes("timed out")) return { kind: "timeout", spent: false };
  if (/disposed|memory limit/.test(message)) return { kind: "memory" };
  const place = /\s*\[code\.js:(\d+):\d+\]$/.exec(message);
  const name = error instanceof Error ? error.name : "Error";
  const words = place ? message.slice(0, place.index) : message;
  return {
    kind: "threw",
    message: `${name}: ${words.slice(0, 1000)}`,
    line: place ? Number(place[1]) : null,
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `broken` settles when the isolate's own limits did not hold. */
function watchLimits(task: CodeTask): { readonly broken: Promise<CodeAnswer>; stop(): void } {
  const { promise: broken, resolve } = Promise.withResolvers<CodeAnswer>();
  const clock = setTimeout(() => resolve({ kind: "timeout", spent: true }), task.timeoutMs + CHILD_GRACE_MS);
  const memory = setInterval(() => {
    if (process.memoryUsage.rss() > MAX_RESIDENT_BYTES) resolve({ kind: "memory" });
  }, MEMORY_CHECK_MS);
  return {
    broken,
    stop() {
      clearTimeout(clock);
      clearInterval(memory);
    },
  };
}

function tell(message: ChildMessage): void {
  process.send?.(message);
}

function die(): void {
  process.kill(process.pid, "SIGKILL");
}
