import { useNodeTypes } from "../api/node-types.ts";
import type { ItemOf } from "../api/pages.ts";
import { useRead } from "../api/queries.ts";
import { readable } from "../ui/phone-number.tsx";
import { useLocale, useWords } from "../words/words.ts";
import { flowsWords } from "./words.ts";

const SHOWN_NUMBERS = 1;

/** What starts a flow, and on which numbers: "Llamada entrante en +57 601 5550100". */
export function StartsInWords({ flow }: { readonly flow: Pick<ItemOf<"listFlows">, "key" | "starts"> }) {
  const words = useWords(flowsWords);
  const locale = useLocale();
  const types = useNodeTypes();
  const numbers = useNumbersOf(flow.key);
  const titles = flow.starts.map((type) => types.get(type)?.title[locale] ?? type);
  if (titles.length === 0) return <span className="row-text row-wide">{words.startsNever}</span>;
  const shown = numbers.slice(0, SHOWN_NUMBERS).map((e164) => readable(e164).national);
  const more = numbers.length - shown.length;
  return (
    <span className="row-text row-wide tabular" title={[...titles, ...numbers].join(" · ")}>
      {titles.join(" · ")}
      {shown.length > 0 && ` ${words.onNumbers(shown.join(", "))}`}
      {more > 0 && ` ${words.andMore(more)}`}
    </span>
  );
}

/** Numbers that a flow answers. */
function useNumbersOf(key: string): readonly string[] {
  const { data } = useRead("listNumbers", { query: { limit: 200 } }, { staleTime: 60_000 });
  return (data?.items ?? [])
    .filter(({ voiceFlow, messageFlow }) => voiceFlow === key || messageFlow === key)
    .map(({ e164 }) => e164);
}
