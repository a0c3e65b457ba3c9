import type { Flow } from "./flow.ts";

/** A flow that comes with the program, to begin from: what a folder of `flows/` holds. */
export interface ExampleFlow {
  readonly flow: Flow;
  /** What it does, as its page says in both languages. */
  readonly text: { readonly en: string; readonly es: string };
}
