/**
 * What surrounds an author's code inside its isolate. The functions below the line are never called here: their text is
 * evaluated in every new context, so they may use nothing but the language itself and one another.
 *
 * None of this is a wall. Whoever gets around it is still in an isolate without doors; the limits are kept outside.
 */
import { MAX_RESULT_BYTES } from "./limits.ts";

/** Source to evaluate in a new context. It leaves one global, `__start`, which is gone as soon as it is called. */
export const GUEST_SOURCE = `(() => { "use strict";
${[fixedClock, fixedChance, frozen, failure, prepareGuest].join("\n")}
prepareGuest(${MAX_RESULT_BYTES}); })();`;

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

// ------------------------------------------------------------------------------------------------ inside the isolate

type GuestCode = (inputs: unknown) => Promise<unknown>;

function prepareGuest(maxLength: number): void {
  const { parse, stringify } = JSON;
  const { deleteProperty } = Reflect;
  // Shared memory, threads and machine code have no use here; the garbage collector's moments are chance [A8].
  const unwanted = [
    "WebAssembly",
    "SharedArrayBuffer",
    "Atomics",
    "WeakRef",
    "FinalizationRegistry",
    "Temporal",
  ];
  for (const name of unwanted) deleteProperty(globalThis, name);
  const setClock = fixedClock();
  const setChance = fixedChance();
  const freeze = frozen();
  const describe = failure();

  const told = (value: unknown) => {
    const text = stringify(["returned", value]);
    return text.length > maxLength ? stringify(["too-large", text.length]) : text;
  };
  const start = async (inputs: string, code: GuestCode) => {
    try {
      return told(await code(freeze(parse(inputs))));
    } catch (error) {
      return describe(error);
    }
  };
  Object.defineProperty(globalThis, "__start", {
    configurable: true,
    value(inputs: string, seed: number, now: number, code: GuestCode) {
      deleteProperty(globalThis, "__start");
      setClock(now);
      setChance(seed);
      return start(inputs, code);
    },
  });
  // Once around while nobody waits, so that all of this is compiled: a first run takes half the time then.
  start('{"a":[1]}', async () => ({ a: [1] }));
}

/** [A8] One moment for the whole run, however it is asked for. */
function fixedClock(): (moment: number) => void {
  let now = 0;
  const TrueDate = Date;
  const fixed = new Proxy(TrueDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length > 0 ? args : [now], newTarget),
    apply: () => new TrueDate(now).toString(),
  });
  TrueDate.now = () => now;
  TrueDate.prototype.constructor = fixed;
  globalThis.Date = fixed;
  const formats = Intl.DateTimeFormat.prototype;
  const format = Object.getOwnPropertyDescriptor(formats, "format")?.get;
  const { formatToParts } = formats;
  Object.defineProperty(formats, "format", {
    configurable: true,
    get() {
      const bound = format?.call(this);
      return (date?: number) => bound(date ?? now);
    },
  });
  formats.formatToParts = function (date) {
    return formatToParts.call(this, date ?? now);
  };
  return (moment) => {
    now = moment;
  };
}

/** [A8] mulberry32, as everywhere in the engine. */
function fixedChance(): (seed: number) => void {
  let state = 0;
  const { imul } = Math;
  Math.random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = imul(t ^ (t >>> 15), t | 1);
    t ^= t + imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return (seed) => {
    state = seed >>> 0;
  };
}

function frozen(): <T>(value: T) => T {
  const { freeze, values } = Object;
  return function freezeAll(value) {
    if (typeof value === "object" && value !== null)
      for (const part of values(freeze(value))) freezeAll(part);
    return value;
  };
}

/** What to tell of something thrown, which may do anything when it is looked at. */
function failure(): (error: unknown) => string {
  const { stringify } = JSON;
  const TrueError = Error;
  return (error) => {
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
  };
}
