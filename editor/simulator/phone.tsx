import { ActionIcon, Button, Group, Text, TextInput, Tooltip } from "@mantine/core";
import {
  IconMicrophone,
  IconPhone,
  IconPhoneOff,
  IconPlayerRecord,
  IconSend,
  IconVolume,
  IconVolumeOff,
} from "@tabler/icons-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { Persona } from "../../engine/core/simulation.ts";
import { useDocument } from "../flow/flow-store.ts";
import { readable } from "../ui/phone-number.tsx";
import { useWords } from "../words/words.ts";
import { Ringing } from "./ringing.tsx";
import { useSimulation } from "./simulation-context.ts";
import { freshWords, ownCall, ringing } from "./simulation-view.ts";
import { canListen, hush, listen, speak } from "./speech.ts";
import { useBegin } from "./use-begin.ts";
import { simulatorWords } from "./words.ts";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"] as const;

/** The phone of whoever calls: what they hear, and what they can press, say and record. */
export function Phone({ person }: { readonly person: Persona }) {
  const words = useWords(simulatorWords);
  const view = useSimulation((state) => state.view);
  const call = ownCall(view);
  const bell = ringing(view);
  const [muted, setMuted] = useState(false);
  useVoice(muted);
  return (
    <section className="phone" aria-label={words.phone}>
      <Screen muted={muted} onMute={() => setMuted(!muted)} />
      {bell && <Ringing call={bell} />}
      {call ? <OnTheLine /> : <Dial person={person} />}
    </section>
  );
}

/** Speaks the flow's captions as they come, unless muted; stops when the call is over. */
function useVoice(muted: boolean): void {
  const captions = useSimulation((state) => state.view.captions);
  const call = useSimulation((state) => ownCall(state.view)?.callId ?? null);
  const said = useRef(captions);
  useEffect(() => {
    const fresh = freshWords(said.current, captions);
    said.current = captions;
    if (!muted) for (const { text, language } of fresh) speak(text, language);
  }, [captions, muted]);
  useEffect(() => {
    if (muted || call === null) hush();
  }, [muted, call]);
  useEffect(() => hush, []);
}

function Screen({ muted, onMute }: { readonly muted: boolean; readonly onMute: () => void }) {
  const words = useWords(simulatorWords);
  const view = useSimulation((state) => state.view);
  const call = view.calls.findLast(({ direction }) => direction !== "forwarded") ?? null;
  const wants = view.listening?.wants ?? [];
  return (
    <div className="phone-screen">
      <Group justify="space-between" wrap="nowrap">
        <div>
          <Text size="sm" fw={600} className="tabular">
            {call ? readable(call.direction === "inbound" ? call.to : call.from).national : "—"}
          </Text>
          <Text size="xs" c="dimmed" role="status">
            {call ? words.stateWords[call.state] : words.phone}
          </Text>
        </div>
        <Tooltip label={muted ? words.unmute : words.mute}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={muted ? words.unmute : words.mute}
            aria-pressed={muted}
            onClick={onMute}
          >
            {muted ? (
              <IconVolumeOff size={18} aria-hidden="true" />
            ) : (
              <IconVolume size={18} aria-hidden="true" />
            )}
          </ActionIcon>
        </Tooltip>
      </Group>
      <Captions />
      <Text size="xs" className="phone-wants" aria-live="polite">
        {wants.map((want) => words.wants[want]).join(" · ")}
      </Text>
    </div>
  );
}

function Captions() {
  const words = useWords(simulatorWords);
  const captions = useSimulation((state) => state.view.captions);
  const end = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line is the reason to scroll
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [captions]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className="captions" role="log" aria-label={words.captionsEmpty} tabIndex={0}>
      {captions.length === 0 && (
        <Text size="xs" c="dimmed">
          {words.captionsEmpty}
        </Text>
      )}
      {captions.map(({ seq, speaker, text }) => (
        <p key={seq} className="caption" data-speaker={speaker}>
          {text}
        </p>
      ))}
      <div ref={end} />
    </div>
  );
}

function Dial({ person }: { readonly person: Persona }) {
  const words = useWords(simulatorWords);
  const begin = useBegin();
  const busy = useSimulation((state) => state.busy);
  const { nodes } = useDocument();
  if (!nodes.some(({ type }) => type === "twilio.incoming-call")) return null;
  return (
    <Button
      fullWidth
      size="md"
      color="green.8"
      loading={busy}
      leftSection={<IconPhone size={18} aria-hidden="true" />}
      onClick={() => void begin(person.phone, { kind: "call", from: person.phone })}
    >
      {words.call}
    </Button>
  );
}

function OnTheLine() {
  const words = useWords(simulatorWords);
  const act = useSimulation((state) => state.act);
  const recording = useSimulation((state) => state.view.listening?.wants.includes("recording") ?? false);
  const press = (digits: string) => {
    hush();
    void act({ kind: "digits", digits });
  };
  return (
    <>
      <fieldset className="keypad" aria-label={words.press}>
        {KEYS.map((key) => (
          <button key={key} type="button" className="keypad-key" onClick={() => press(key)}>
            {key}
          </button>
        ))}
      </fieldset>
      <Voice recording={recording} />
      <Button
        fullWidth
        color="red.8"
        leftSection={<IconPhoneOff size={18} aria-hidden="true" />}
        onClick={() => {
          hush();
          void act({ kind: "hangup" });
        }}
      >
        {words.hangUp}
      </Button>
    </>
  );
}

/** What the caller says: typed, or spoken where the browser can listen. */
function Voice({ recording }: { readonly recording: boolean }) {
  const words = useWords(simulatorWords);
  const act = useSimulation((state) => state.act);
  const locale = useDocument().settings.locale ?? "es";
  const [text, setText] = useState("");
  const [hearing, setHearing] = useState(false);
  const say = (said: string) => {
    if (said.trim() === "") return;
    hush();
    setText("");
    void act(
      recording ? { kind: "record", seconds: secondsOf(said), text: said } : { kind: "say", text: said },
    );
  };
  // What is asked for may be another thing by the time somebody has spoken.
  const heard = useRef(say);
  useEffect(() => {
    heard.current = say;
  });
  const stop = useRef<(() => void) | null>(null);
  useEffect(() => () => stop.current?.(), []);
  const hear = () => {
    if (hearing) return stop.current?.();
    setHearing(true);
    stop.current = listen(
      locale,
      (said) => heard.current(said),
      () => setHearing(false),
    );
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    say(text);
  };
  return (
    <form onSubmit={submit}>
      <Group gap={6} wrap="nowrap" my={8}>
        <TextInput
          flex={1}
          size="sm"
          aria-label={recording ? words.leaveMessage : words.say}
          placeholder={recording ? words.wants.recording : words.sayPlaceholder}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        {canListen() && (
          <ActionIcon
            size="lg"
            variant={hearing ? "filled" : "default"}
            aria-label={hearing ? words.listening : words.speak}
            aria-pressed={hearing}
            onClick={hear}
          >
            <IconMicrophone size={18} aria-hidden="true" />
          </ActionIcon>
        )}
        <ActionIcon type="submit" size="lg" aria-label={recording ? words.leaveMessage : words.say}>
          {recording ? (
            <IconPlayerRecord size={18} aria-hidden="true" />
          ) : (
            <IconSend size={18} aria-hidden="true" />
          )}
        </ActionIcon>
      </Group>
    </form>
  );
}

/** About how long it takes to say it. */
function secondsOf(text: string): number {
  return Math.max(1, Math.min(600, Math.ceil(text.length / 15)));
}
