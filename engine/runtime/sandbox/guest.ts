/**
 * What surrounds an author's code inside its isolate. `prepareGuest` is never called here: its text is evaluated in every
 * new context, so it may use nothing but the language itself.
 *
 * None of this is a wall. Whoever gets around it is still in an isolate without doors; the limits are kept outside.
 */
import { MAX_RESULT_BYTES } from "./limits.ts";

/** Source to evaluate in a new context. It leaves one global, `__start`, which is gone as soon as it is called. */
export const GUEST_SOURCE = `(${prepareGuest.toString()})(${MAX_RESULT_BYTES});`;

/** Name under which the author's code stands in stack traces and compile errors. */
export const CODE_FILE = "code.js";

/** The script that runs one task. The author's first line is line 1 where `lineOffset` is -1. */
export function startScript(task: { code: string; inputs: string; seed: number; now: number }): string {
  const { code, inputs, seed, now } = task;
  return `__start(${JSON.stringify(inputs)},${seed},${now},${functionOf(code)})`;
}

/** An author's code as an expression: a function, whose first line is the code's. */
export function functionOf(code: string): string {
  return `async function (inputs) { "use strict";\n${code}\n}`;
}

function prepareGuest(maxLength: number): void {
  const { parse, stringify } = JSON;
  const { freeze, values, defineProperty, getOwnPropertyDescriptor } = Object;
  const TrueDate = Date;
  const TrueError = Error;

  // Shared memory and threads have no use here, and the garbage collector's moments are chance [A8].
  for (const name of ["WebAssembly", "SharedArrayBuffer", "Atomics", "WeakRef", "FinalizationRegistry"]) {
    Reflect.deleteProperty(globalThis, name);
  }

  // [A8] One moment for the whole run, however it is asked for.
  let now = 0;
  TrueDate.now = () => now;
  const fixed = new Proxy(TrueDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length > 0 ? args : [now], newTarget),
    apply: () => new TrueDate(now).toString(),
  });
  TrueDate.prototype.constructor = fixed;
  globalThis.Date = fixed;
  const formats = Intl.DateTimeFormat.prototype;
  const format = getOwnPropertyDescriptor(formats, "format")?.get;
  const { formatToParts } = formats;
  defineProperty(formats, "format", {
    configurable: true,
    get() {
      const bound = format?.call(this);
      return (date?: number) => bound(date ?? now);
    },
  });
  formats.formatToParts = function (date) {
    return formatToParts.call(this, date ?? now);
  };
  Reflect.deleteProperty(globalThis, "Temporal");

  // [A8] mulberry32, as everywhere in the engine.
  let state = 0;
  Math.random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };

  function frozen<T>(value: T): T {
    if (typeof value === "object" && value !== null) for (const part of values(freeze(value))) frozen(part);
    return value;
  }

  function told(value: unknown): string {
    const text = stringify(["returned", value]);
    return text.length > maxLength ? stringify(["too-large", text.length]) : text;
  }

  function failure(error: unknown): string {
    try {
      const isError = error instanceof TrueError;
      const message = isError
        ? `${error.name}: ${error.message}`
        : `It threw ${stringify(error) ?? typeof error}`;
      const line = /code\.js:(\d+)/.exec(isError ? `${error.stack}` : "")?.[1];
      return stringify(["threw", message.slice(0, 1000), line === undefined ? null : +line]);
    } catch {
      return '["threw","It threw something that cannot be shown",null]';
    }
  }

  async function start(inputs: string, code: (inputs: unknown) => Promise<unknown>): Promise<string> {
    try {
      return told(await code(frozen(parse(inputs))));
    } catch (error) {
      return failure(error);
    }
  }

  defineProperty(globalThis, "__start", {
    configurable: true,
    value(inputs: string, seed: number, moment: number, code: (inputs: unknown) => Promise<unknown>) {
      Reflect.deleteProperty(globalThis, "__start");
      now = moment;
      state = seed >>> 0;
      return start(inputs, code);
    },
  });
  // Once around while nobody waits, so that all of this is compiled.
  start('{"a":[1]}', async () => ({ a: [1] }));
}
