import { ActionIcon, Group, SegmentedControl, Text, TextInput } from "@mantine/core";
import { IconPaperclip, IconSend } from "@tabler/icons-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { Persona } from "../../engine/core/simulation.ts";
import { MessageTicks } from "../message/message-ticks.tsx";
import { useLocale, useWords } from "../words/words.ts";
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
  useReading(own);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message is the reason to scroll
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [own.length]);
  return (
    <section className="simulator-chat" data-channel={channel} aria-label={words.chat}>
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

/** Who looks at a chat has read it: each message that came is reported so, once. */
function useReading(messages: readonly MessageView[]): void {
  const act = useSimulation((state) => state.act);
  const told = useRef(new Set<string>());
  useEffect(() => {
    for (const { id, channel, direction, status } of messages) {
      if (
        channel !== "whatsapp" ||
        direction !== "outbound" ||
        status !== "delivered" ||
        told.current.has(id)
      )
        continue;
      told.current.add(id);
      void act({ kind: "read", message: id });
    }
  }, [messages, act]);
}

function Bubble({ message, person }: { readonly message: MessageView; readonly person: Persona }) {
  const begin = useBegin();
  const locale = useLocale();
  const { channel, direction, header, body, footer, media, buttons, id, status, error, why, segments } =
    message;
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
    <article className="chat-bubble" data-direction={direction}>
      {header && (
        <Text size="sm" fw={600}>
          {header}
        </Text>
      )}
      {media.map(({ url, contentType }) => (
        <Medium key={url} url={url} contentType={contentType} />
      ))}
      <p className="chat-bubble-body">{body}</p>
      {footer && (
        <Text size="xs" c="dimmed">
          {footer}
        </Text>
      )}
      {direction === "outbound" && (
        <footer>
          <MessageTicks status={status} error={status === "failed" ? (why?.[locale] ?? error) : null}>
            {channel === "sms" && segments > 1 && ` · ${segments} SMS`}
          </MessageTicks>
        </footer>
      )}
      {buttons.length > 0 && (
        <div className="chat-bubble-buttons">
          {buttons.map((button) => (
            <button key={button.id} type="button" className="chat-bubble-button" onClick={() => tap(button)}>
              {button.title}
            </button>
          ))}
        </div>
      )}
    </article>
  );
}

function Medium({ url, contentType }: { readonly url: string; readonly contentType: string }) {
  if (contentType.startsWith("image/")) return <img className="chat-bubble-media" src={url} alt="" />;
  // biome-ignore lint/a11y/useMediaCaption: a voice note has no captions
  if (contentType.startsWith("audio/")) return <audio controls src={url} className="chat-bubble-media" />;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {contentType}
    </a>
  );
}

function Composer({ person, channel }: { readonly person: Persona; readonly channel: Channel }) {
  const words = useWords(simulatorWords);
  const begin = useBegin();
  const [text, setText] = useState("");
  // Null: nothing is attached.
  const [picture, setPicture] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const mediaUrl = picture?.trim() ?? "";
    if (text.trim() === "" && mediaUrl === "") return;
    setText("");
    setPicture(null);
    const media = mediaUrl === "" ? {} : { mediaUrl };
    void begin(person.phone, { kind: "message", channel, from: person.phone, body: text, ...media });
  };
  return (
    <form onSubmit={submit}>
      {picture !== null && (
        <TextInput
          type="url"
          size="xs"
          mb={6}
          aria-label={words.attach}
          placeholder="https://"
          value={picture}
          onChange={({ currentTarget }) => setPicture(currentTarget.value)}
        />
      )}
      <Group gap={6} wrap="nowrap">
        <ActionIcon
          size="lg"
          variant={picture === null ? "subtle" : "light"}
          color="gray"
          aria-label={words.attach}
          aria-pressed={picture !== null}
          onClick={() => setPicture(picture === null ? "" : null)}
        >
          <IconPaperclip size={18} aria-hidden="true" />
        </ActionIcon>
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
