import { Text } from "@mantine/core";
import type { Setback } from "../../engine/core/simulation.ts";
import { ChannelBadge } from "../ui/channel-badge.tsx";
import { recordedFailure } from "../words/failures.ts";
import { useLocale } from "../words/words.ts";

/** Why a step failed, and why what it tried first did not arrive: in words, with the code to look up. */
export function StepFaults(props: { readonly error: string | null; readonly setbacks: readonly Setback[] }) {
  const locale = useLocale();
  const { error, setbacks } = props;
  return (
    <>
      {error !== null && (
        <Text size="xs" c="var(--danger)">
          {recordedFailure(error, locale)} <code>{error.split(":", 1)[0]}</code>
        </Text>
      )}
      {setbacks.map(({ channel, code, text }) => (
        <Text key={`${channel} ${code} ${text.en}`} size="xs" c="var(--danger)">
          {channel !== null && (
            <>
              <ChannelBadge channel={channel} />{" "}
            </>
          )}
          {text[locale]} {code !== null && <code>{code}</code>}
        </Text>
      ))}
    </>
  );
}
