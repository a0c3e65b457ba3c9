import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { ChatFrame } from "../../message/chat-frame.tsx";
import { MessageBubble } from "../../message/message-bubble.tsx";
import { renderPreview } from "../../model/preview.ts";
import { useLocale, useWords } from "../../words/words.ts";
import { choiceLabel } from "../choice-words.ts";
import { useForm, useFormValue } from "../fields/form.tsx";
import { panelWords } from "../words.ts";
import { messageOfParams } from "./message-of-params.ts";
import { plainMessage } from "./plain-message.ts";
import type { Channel } from "./preview-kind.ts";
import { SizeAndCost } from "./size-and-cost.tsx";

/** The message on a phone, over whichever of its channels one wants to see. */
export function MessagePreview(props: { readonly template: string; readonly channels: readonly Channel[] }) {
  const words = useWords(panelWords);
  const locale = useLocale();
  const { sample } = useForm();
  const value = useFormValue();
  const [asked, setAsked] = useState<Channel | null>(null);
  const { channels, template } = props;
  if (template.trim() === "") return null;
  const channel = channels.find((each) => each === asked) ?? channels[0] ?? "sms";
  const message = messageOfParams(value, template, (text) => renderPreview(text, sample).text);
  const sms = plainMessage(message);
  return (
    <ChatFrame
      title={
        channels.length > 1 ? (
          <SegmentedControl
            size="xs"
            aria-label={words.preview}
            data={channels.map((each) => ({ value: each, label: choiceLabel("channel", each, locale) }))}
            value={channel}
            onChange={(next) => setAsked(next === "sms" ? "sms" : "whatsapp")}
          />
        ) : (
          `${words.preview} · ${choiceLabel("channel", channel, locale)}`
        )
      }
      foot={<SizeAndCost channel={channel} text={channel === "sms" ? sms.body : message.body} />}
    >
      <MessageBubble message={channel === "sms" ? sms : message} channel={channel} />
    </ChatFrame>
  );
}
