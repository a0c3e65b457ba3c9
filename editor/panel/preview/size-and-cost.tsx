import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { call } from "../../api/client.ts";
import { useWords } from "../../words/words.ts";
import { useFormValue } from "../fields/form.tsx";
import { panelWords } from "../words.ts";
import type { Channel } from "./preview-kind.ts";

const LONGEST = 4096;

/** How many segments a text takes and what it costs: the engine counts them as it will when it sends. */
export function SizeAndCost(props: { readonly channel: Channel; readonly text: string }) {
  const words = useWords(panelWords);
  const value = useFormValue();
  const [text] = useDebouncedValue(props.text.slice(0, LONGEST), 250);
  const { channel } = props;
  const smartEncoding = value.smartEncoding === true;
  const { data } = useQuery({
    queryKey: ["previewMessage", channel, text, smartEncoding],
    queryFn: async ({ signal }) =>
      (await call("previewMessage", { body: { channel, text, smartEncoding }, signal })).data,
    enabled: text.trim() !== "",
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });
  if (!data || data.channel !== channel) return words.characters([...props.text].length);
  const { segments, characters, cost, costly } = data;
  const parts = [
    ...(channel === "sms" ? [words.segments(segments)] : []),
    words.characters(characters),
    words.credits(cost.credits),
    ...(cost.remaining === null ? [] : [words.remaining(cost.remaining)]),
  ];
  return (
    <>
      <span className="tabular">{parts.join(" · ")}</span>
      {costly.length > 0 && channel === "sms" && (
        <span className="chat-warning">{words.costly(costly.slice(0, 6).join(" "))}</span>
      )}
    </>
  );
}
