/**
 * Regular expressions whose time grows with pattern × text and no faster. JavaScript's own engine backtracks, so one
 * tenant's `(a+)+$` could stop the process for everybody; this one walks all alternatives at once (Thompson's way).
 *
 * Only single characters (`a`, `.`, `\d`, `[^x-z]`) are given to the built-in engine, so they mean what they mean in
 * JavaScript. Groups, alternatives, `^ $ \b \B` and the quantifiers `* + ? {n,m}` are done here. What cannot be matched in
 * linear time (look-around, back references) is refused.
 */

/** Tests whether a whole text fits. */
export type WholeMatch = (text: string) => boolean;

export interface RegexRefused {
  /** What is wrong, in words that may follow "…: ". */
  readonly reason: string;
}

/** Steps a pattern may unfold to; `\d{1,500}` takes 1000. */
const MAX_STEPS = 2000;

/** A matcher for whole texts, upper and lower case alike, or the reason why there is none. Never throws. */
export function compileWholeMatch(pattern: string): WholeMatch | RegexRefused {
  const invalid = syntaxError(pattern);
  if (invalid !== null) return { reason: invalid };
  const unsupported = UNSUPPORTED.find((feature) => feature.found.test(withoutClasses(pattern)));
  if (unsupported) return { reason: `${unsupported.name} cannot be used here` };
  const tree = parse(pattern);
  if (sizeOf(tree) > MAX_STEPS) return { reason: "its repetitions are too large" };
  const program = assemble(tree);
  return function fitsWhole(text) {
    return run(program, text);
  };
}

// ------------------------------------------------------------------------------------------------ the tree

type Tree =
  | { readonly kind: "char"; readonly source: string }
  | { readonly kind: "assert"; readonly source: string }
  | { readonly kind: "sequence"; readonly items: readonly Tree[] }
  | { readonly kind: "either"; readonly options: readonly Tree[] }
  | { readonly kind: "repeat"; readonly item: Tree; readonly min: number; readonly max: number };

const UNSUPPORTED = [
  { name: "look-around (?=…)", found: /(?<!\\)(?:\\\\)*\(\?<?[=!]/ },
  { name: "modifiers (?i:…)", found: /(?<!\\)(?:\\\\)*\(\?[a-z-]/i },
  { name: "a back reference", found: /(?<!\\)(?:\\\\)*\\(?:[1-9]|k)/ },
] as const;

function syntaxError(pattern: string): string | null {
  try {
    new RegExp(pattern, "i");
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The pattern with every `[…]` emptied, for looking at what stands outside of them. */
function withoutClasses(pattern: string): string {
  return pattern.replace(
    /(\\.)|\[(?:\\.|[^\]\\])*\]/gs,
    (whole, escaped: string | undefined) => escaped ?? (whole ? "_" : ""),
  );
}

// The pattern is known to be valid, so the tokens come in a legal order and each alternative here may trust the others.
const TOKEN =
  /\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|c[a-z]|.)|\[(?:\\.|[^\]\\])*\]|\((?:\?(?::|<[^>]*>))?|\{\d+(?:,\d*)?\}\??|[*+?]\??|[\s\S]/gi;
const ASSERTIONS: ReadonlySet<string> = new Set(["^", "$", "\\b", "\\B"]);
const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??$/;

function parse(pattern: string): Tree {
  const tokens = pattern.match(TOKEN) ?? [];
  let at = 0;
  const parseEither = (): Tree => {
    const options = [parseSequence()];
    while (tokens[at] === "|") {
      at++;
      options.push(parseSequence());
    }
    return options.length === 1 && options[0] ? options[0] : { kind: "either", options };
  };
  const parseSequence = (): Tree => {
    const items: Tree[] = [];
    for (let token = tokens[at]; token !== undefined && token !== "|" && token !== ")"; token = tokens[at]) {
      at++;
      items.push(repeated(token.startsWith("(") ? parseGroup() : leaf(token)));
    }
    return { kind: "sequence", items };
  };
  const parseGroup = (): Tree => {
    const inner = parseEither();
    at++; // the closing bracket
    return inner;
  };
  const repeated = (item: Tree): Tree => {
    const quantifier = tokens[at];
    if (quantifier === undefined || !QUANTIFIER.test(quantifier)) return item;
    at++;
    return { kind: "repeat", item, ...boundsOf(quantifier) };
  };
  return parseEither();
}

function leaf(token: string): Tree {
  return { kind: ASSERTIONS.has(token) ? "assert" : "char", source: token };
}

function boundsOf(quantifier: string): { min: number; max: number } {
  if (quantifier.startsWith("*")) return { min: 0, max: Infinity };
  if (quantifier.startsWith("+")) return { min: 1, max: Infinity };
  if (quantifier.startsWith("?")) return { min: 0, max: 1 };
  const [, min = "0", comma, max] = /^\{(\d+)(,?)(\d*)/.exec(quantifier) ?? [];
  if (!comma) return { min: Number(min), max: Number(min) };
  return { min: Number(min), max: max ? Number(max) : Infinity };
}

/** How many steps `assemble` will make of it; never unfolds anything itself. */
function sizeOf(tree: Tree): number {
  switch (tree.kind) {
    case "char":
    case "assert":
      return 1;
    case "sequence":
      return tree.items.reduce((sum, item) => sum + sizeOf(item), 0);
    case "either":
      return tree.options.reduce((sum, option) => sum + sizeOf(option) + 1, 1);
    case "repeat": {
      const size = sizeOf(tree.item);
      const optional = tree.max === Infinity ? size + 2 : (tree.max - tree.min) * (size + 1);
      // At least one, so that `(){1000000000}` does not pass for nothing.
      return tree.min * Math.max(size, 1) + optional;
    }
  }
}

// ------------------------------------------------------------------------------------------------ the program

type Step =
  | { readonly kind: "char"; readonly fits: (char: string) => boolean }
  | { readonly kind: "assert"; readonly source: string }
  | { readonly kind: "fork"; readonly to: readonly number[] }
  | { readonly kind: "done" };

/** Steps in order; after `char` and `assert` comes the next one, after `fork` any of its targets. */
function assemble(tree: Tree): readonly Step[] {
  const steps: Step[] = [];
  const tests = new Map<string, (char: string) => boolean>();
  const testOf = (source: string): ((char: string) => boolean) => {
    const test = tests.get(source) ?? charTest(source);
    tests.set(source, test);
    return test;
  };
  const reserve = (): number => steps.push({ kind: "fork", to: [] }) - 1;
  const fork = (at: number, to: readonly number[]): void => {
    steps[at] = { kind: "fork", to };
  };
  const either = (options: readonly Tree[]): void => {
    const entry = reserve();
    const starts: number[] = [];
    const exits: number[] = [];
    for (const option of options) {
      starts.push(steps.length);
      emit(option);
      exits.push(reserve());
    }
    fork(entry, starts);
    for (const exit of exits) fork(exit, [steps.length]);
  };
  const repeat = (item: Tree, min: number, max: number): void => {
    for (let count = 0; count < min; count++) emit(item);
    if (max === Infinity) {
      const entry = reserve();
      emit(item);
      const back = reserve();
      fork(back, [entry]);
      fork(entry, [entry + 1, steps.length]);
      return;
    }
    const exits: number[] = [];
    for (let count = min; count < max; count++) {
      exits.push(reserve());
      emit(item);
    }
    for (const exit of exits) fork(exit, [exit + 1, steps.length]);
  };
  const emit = (part: Tree): void => {
    if (part.kind === "char") steps.push({ kind: "char", fits: testOf(part.source) });
    else if (part.kind === "assert") steps.push({ kind: "assert", source: part.source });
    else if (part.kind === "sequence") for (const item of part.items) emit(item);
    else if (part.kind === "either") either(part.options);
    else repeat(part.item, part.min, part.max);
  };
  emit(tree);
  steps.push({ kind: "done" });
  return steps;
}

/** One character against one atom, remembered: a text repeats its characters far more often than it has new ones. */
function charTest(source: string): (char: string) => boolean {
  const regex = new RegExp(`^(?:${source})$`, "i");
  const known = new Map<string, boolean>();
  return (char) => {
    let fits = known.get(char);
    if (fits === undefined) {
      fits = regex.test(char);
      known.set(char, fits);
    }
    return fits;
  };
}

// ------------------------------------------------------------------------------------------------ the walk

function run(program: readonly Step[], text: string): boolean {
  // Which steps were reached at a position: the position + 1, so that nothing needs to be emptied on the way.
  const reachedAt = new Uint32Array(program.length);
  let current = closure(program, [0], { text, at: 0, reachedAt });
  for (let at = 0; at < text.length && current.length > 0; at++) {
    const char = text.charAt(at);
    const next: number[] = [];
    for (const index of current) {
      const step = program[index];
      if (step?.kind === "char" && step.fits(char)) next.push(index + 1);
    }
    current = closure(program, next, { text, at: at + 1, reachedAt });
  }
  return current.includes(program.length - 1);
}

interface Position {
  readonly text: string;
  readonly at: number;
  readonly reachedAt: Uint32Array;
}

/** All steps reachable from these without reading a character; each once, whatever the number of ways to it. */
function closure(program: readonly Step[], from: number[], position: Position): number[] {
  const stamp = position.at + 1;
  const pending = from;
  const reached: number[] = [];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    if (position.reachedAt[index] === stamp) continue;
    position.reachedAt[index] = stamp;
    const step = program[index];
    if (step?.kind === "char" || step?.kind === "done") reached.push(index);
    else pending.push(...targetsOf(step, index, position));
  }
  return reached;
}

function targetsOf(step: Step | undefined, index: number, position: Position): readonly number[] {
  if (step?.kind === "fork") return step.to;
  return step?.kind === "assert" && holds(step.source, position.text, position.at) ? [index + 1] : [];
}

function holds(assertion: string, text: string, at: number): boolean {
  if (assertion === "^") return at === 0;
  if (assertion === "$") return at === text.length;
  const boundary = isWordChar(text, at - 1) !== isWordChar(text, at);
  return assertion === "\\b" ? boundary : !boundary;
}

function isWordChar(text: string, at: number): boolean {
  return /^\w$/.test(text.charAt(at));
}
