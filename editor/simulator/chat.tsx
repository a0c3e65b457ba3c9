import { ActionIcon, Group, SegmentedControl, Text, TextInput } from "@mantine/core";
import { IconCheck, IconChecks, IconClock, IconExclamationCircle, IconSend } from "@tabler/icons-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { Persona } from "../../engine/core/simulation.ts";
import { useWords } from "../words/words.ts";
import { useSimulation } from "./simulation-context.ts";
import type { MessageView } from "./simulation-view.ts";
import { useBegin } from "./use-begin.ts";
import { simulatorWords } from "./words.ts";

type Channel = "whatsapp" | "sms";

/** The chats of whoever writes, as their phone shows them. */
export function Chat({ person }: { readonly person: Persona }) {
  const words = useWords(simulatorWords);
  const [channel, setChannel] = useState<Channel>("whatsapp");
  const messages = useSimulation((state) => state.view.messages);
  const own = messages.filter((message) => message.channel === channel);
  const end = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message is the reason to scroll
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [own.length]);
  return (
    <section className="chat" data-channel={channel} aria-label={words.chat}>
      <SegmentedControl
        size="xs"
        aria-label={words.chat}
        value={channel}
        onChange={(value) => setChannel(value as Channel)}
        data={[
          { value: "whatsapp", label: "WhatsApp" },
          { value: "sms", label: "SMS" },
        ]}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className="bubbles" role="log" aria-label={words.chat} tabIndex={0}>
        {own.length === 0 && (
          <Text size="xs" c="dimmed" ta="center">
            {words.chatEmpty}
          </Text>
        )}
        {own.map((message) => (
          <Bubble key={message.id} message={message} person={person} />
        ))}
        <div ref={end} />
      </div>
      <Composer person={person} channel={channel} />
    </section>
  );
}

function Bubble({ message, person }: { readonly message: MessageView; readonly person: Persona }) {
  const begin = useBegin();
  const { channel, direction, header, body, footer, media, buttons, id } = message;
  const tap = (button: { readonly id: string; readonly title: string }) =>
    void begin(person.phone, {
      kind: "message",
      channel,
      from: person.phone,
      body: button.title,
      button: button.id,
      replyTo: id,
    });
  return (
    <article className="bubble" data-direction={direction}>
      {header && (
        <Text size="sm" fw={600}>
          {header}
        </Text>
      )}
      {media.map(({ url, contentType }) => (
        <Medium key={url} url={url} contentType={contentType} />
      ))}
      <p className="bubble-body">{body}</p>
      {footer && (
        <Text size="xs" c="dimmed">
          {footer}
        </Text>
      )}
      <Ticks message={message} />
      {buttons.length > 0 && (
        <div className="bubble-buttons">
          {buttons.map((button) => (
            <button key={button.id} type="button" className="bubble-button" onClick={() => tap(button)}>
              {button.title}
            </button>
          ))}
        </div>
      )}
    </article>
  );
}

function Medium({ url, contentType }: { readonly url: string; readonly contentType: string }) {
  if (contentType.startsWith("image/")) return <img className="bubble-media" src={url} alt="" />;
  // biome-ignore lint/a11y/useMediaCaption: a voice note has no captions
  if (contentType.startsWith("audio/")) return <audio controls src={url} className="bubble-media" />;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {contentType}
    </a>
  );
}

const TICKS = {
  queued: IconClock,
  sent: IconCheck,
  delivered: IconChecks,
  read: IconChecks,
  failed: IconExclamationCircle,
  received: null,
} as const;

/** How far a message has come, as phones show it, and in a word. */
function Ticks({ message }: { readonly message: MessageView }) {
  const words = useWords(simulatorWords);
  const { status, error, segments, channel, direction } = message;
  const Icon = TICKS[status];
  if (direction === "inbound" || !Icon) return null;
  return (
    <span className="ticks" data-status={status}>
      {channel === "sms" && segments > 1 && `${segments} × `}
      <Icon size={15} aria-hidden="true" />
      {status === "failed" ? `${words.statuses.failed}${error ? `: ${error}` : ""}` : words.statuses[status]}
    </span>
  );
}

function Composer({ person, channel }: { readonly person: Persona; readonly channel: Channel }) {
  const words = useWords(simulatorWords);
  const begin = useBegin();
  const [text, setText] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === "") return;
    setText("");
    void begin(person.phone, { kind: "message", channel, from: person.phone, body: text });
  };
  return (
    <form onSubmit={submit}>
      <Group gap={6} wrap="nowrap">
        <TextInput
          flex={1}
          aria-label={words.write}
          placeholder={words.write}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <ActionIcon type="submit" size="lg" aria-label={words.send}>
          <IconSend size={18} aria-hidden="true" />
        </ActionIcon>
      </Group>
    </form>
  );
}
