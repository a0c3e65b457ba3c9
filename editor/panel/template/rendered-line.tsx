import { IconArrowRight } from "@tabler/icons-react";
import { renderPreview } from "../../model/preview.ts";
import { useWords } from "../../words/words.ts";
import { useForm } from "../fields/form.tsx";
import { panelWords } from "../words.ts";

/** What a template comes to with the samples, where it is more than its own words. */
export function RenderedLine({ template }: { readonly template: string }) {
  const words = useWords(panelWords);
  const { sample } = useForm();
  if (!/\{\{|\{%/.test(template)) return null;
  const { text, errors } = renderPreview(template, sample);
  if (errors.length > 0) return null;
  return (
    <p className="rendered" title={text}>
      <IconArrowRight size={13} aria-hidden="true" className="rendered-arrow" />
      <span className="visually-hidden">{words.result}: </span>
      {text.trim() === "" ? <em>{words.empty}</em> : text}
    </p>
  );
}
