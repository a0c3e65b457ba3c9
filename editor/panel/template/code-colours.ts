import { defaultHighlightStyle, HighlightStyle, syntaxHighlighting } from "@codemirror/language";

/** The colours of CodeMirror's own style, which are for white paper only, by the colours of the page. */
const INSTEAD: Readonly<Record<string, string>> = {
  "#708": "var(--family-voice)",
  "#219": "var(--family-ai)",
  "#164": "var(--family-ai)",
  "#a11": "var(--family-messages)",
  "#e40": "var(--family-messages)",
  "#00f": "var(--family-data)",
  "#30a": "var(--family-data)",
  "#00c": "var(--family-data)",
  "#940": "var(--quiet)",
  "#f00": "var(--danger)",
};

export const codeColours = syntaxHighlighting(
  HighlightStyle.define(
    defaultHighlightStyle.specs.map((spec) => {
      const colour = typeof spec.color === "string" ? spec.color : "";
      return { ...spec, color: INSTEAD[colour] ?? "inherit" };
    }),
  ),
);
