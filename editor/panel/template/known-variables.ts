import { Facet } from "@codemirror/state";
import type { Variable } from "../../model/variables.ts";

export interface Known {
  readonly list: readonly Variable[];
  readonly byPath: ReadonlyMap<string, Variable>;
  readonly words: { readonly unknown: string; readonly maybe: string };
}

const NOTHING: Known = { list: [], byPath: new Map(), words: { unknown: "", maybe: "" } };

/** What the template on the screen can see, for everything in the editor that asks. */
export const knownVariables = Facet.define<Known, Known>({ combine: (values) => values[0] ?? NOTHING });
