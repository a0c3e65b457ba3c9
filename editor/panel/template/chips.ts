import { type EditorState, type Extension, RangeSet } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  keymap,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from "@codemirror/view";
import { knownVariables } from "./known-variables.ts";
import { localNamesIn, nameOf, type Reference, referencesIn } from "./references.ts";

/** A variable as a person calls it, in the place of its braces and path. */
class Chip extends WidgetType {
  readonly label: string;
  readonly raw: string;
  readonly state: "certain" | "maybe" | "unknown";
  readonly hint: string;

  constructor(label: string, raw: string, state: "certain" | "maybe" | "unknown", hint: string) {
    super();
    this.label = label;
    this.raw = raw;
    this.state = state;
    this.hint = hint;
  }

  override eq(other: Chip): boolean {
    return other.label === this.label && other.raw === this.raw && other.state === this.state;
  }

  override toDOM(): HTMLElement {
    const chip = document.createElement("span");
    chip.className = "chip";
    chip.dataset.state = this.state;
    chip.textContent = this.label;
    chip.title = this.hint === "" ? this.raw : `${this.raw} · ${this.hint}`;
    return chip;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

const TAG = Decoration.mark({ class: "template-tag" });

const chipPlugin = ViewPlugin.fromClass(
  class {
    chips: DecorationSet;
    tags: DecorationSet;

    constructor(view: EditorView) {
      this.chips = chipsOf(view.state);
      this.tags = tagsOf(view.state);
    }

    update(update: ViewUpdate): void {
      const known = update.startState.facet(knownVariables) !== update.state.facet(knownVariables);
      if (update.docChanged || update.selectionSet || known) this.chips = chipsOf(update.state);
      if (update.docChanged) this.tags = tagsOf(update.state);
    }
  },
  {
    provide: (plugin) => [
      EditorView.decorations.of((view) => view.plugin(plugin)?.chips ?? Decoration.none),
      EditorView.decorations.of((view) => view.plugin(plugin)?.tags ?? Decoration.none),
      EditorView.atomicRanges.of((view) => view.plugin(plugin)?.chips ?? RangeSet.empty),
    ],
  },
);

/** Chips go as one; a double click or F2 opens one to its braces, until the cursor leaves it. */
export const chips: Extension = [
  chipPlugin,
  EditorView.domEventHandlers({
    dblclick: (event, view) => {
      const isChip = event.target instanceof HTMLElement && event.target.classList.contains("chip");
      return isChip && open(view, view.posAtDOM(event.target));
    },
  }),
  keymap.of([{ key: "F2", run: (view) => open(view, view.state.selection.main.head) }]),
];

function open(view: EditorView, position: number): boolean {
  const touched = referencesIn(view.state.doc.toString()).find(
    ({ from, to }) => from <= position && position <= to,
  );
  if (!touched) return false;
  view.dispatch({ selection: { anchor: touched.from + 2, head: touched.to - 2 } });
  return true;
}

function chipsOf(state: EditorState): DecorationSet {
  const text = state.doc.toString();
  const locals = localNamesIn(text);
  const { from, to } = state.selection.main;
  const closed = referencesIn(text).filter((each) => !(each.from < from && to < each.to));
  return Decoration.set(
    closed.map((each) =>
      Decoration.replace({ widget: chipOf(state, each, locals) }).range(each.from, each.to),
    ),
  );
}

function chipOf(
  state: EditorState,
  { path, filters, from, to }: Reference,
  locals: ReadonlySet<string>,
): Chip {
  const { byPath, words } = state.facet(knownVariables);
  const raw = state.sliceDoc(from, to);
  const ending = filters === "" ? "" : ` ${filters}`;
  const root = path.split(/[.[]/, 1)[0] ?? "";
  if (locals.has(root)) return new Chip(`${path}${ending}`, raw, "certain", "");
  const named = nameOf(path, byPath);
  if (!named) return new Chip(`${path}${ending}`, raw, "unknown", words.unknown);
  return new Chip(
    `${named.label}${ending}`,
    raw,
    named.certain ? "certain" : "maybe",
    named.certain ? "" : words.maybe,
  );
}

function tagsOf(state: EditorState): DecorationSet {
  const text = state.doc.toString();
  return Decoration.set(
    [...text.matchAll(/\{%[^{}]*?%\}/g)].map((match) =>
      TAG.range(match.index, match.index + match[0].length),
    ),
  );
}
