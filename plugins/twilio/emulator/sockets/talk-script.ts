import type { TalkStep } from "../../../../engine/plugin-api.ts";
import { type CallSession, noteError } from "../call-session.ts";
import type { SoundClock } from "../sound-clock.ts";
import type { Conversation, TalkEvent } from "./conversation.ts";
import type { Caller } from "./talk-hand.ts";

/** Whoever hears nothing for so long, in real time, hangs up. */
const PATIENCE_MS = 12_000;

/** Plays the steps the call has left. Gives what stops it. */
export function playTalk(
  session: CallSession,
  talk: Conversation,
  caller: Caller,
  clock: SoundClock,
): () => void {
  const steps = session.talk ?? [];
  const player = createStepPlayer(talk, caller);
  const patience = createPatience(() => {
    const what = steps[0] === undefined ? "the end of the call" : JSON.stringify(steps[0]);
    noteError(session, 0, `The caller waited ${PATIENCE_MS / 1_000} s for ${what} in vain, and hung up.`);
    caller.hangsUp();
  });
  let isAsleep = false;
  let cancelWait = () => {};
  const sleep = (seconds: number) => {
    isAsleep = true;
    patience.suspend();
    cancelWait = clock.after(seconds * 1_000, () => {
      isAsleep = false;
      patience.begin();
      goOn();
    });
  };
  const goOn = () => {
    while (!isAsleep && steps[0] !== undefined && player.play(steps[0])) {
      const step = steps.shift();
      if (step !== undefined && "waits" in step) sleep(step.waits);
    }
  };
  const stop = talk.listen((event) => {
    player.notes(event);
    if (!isAsleep) patience.begin();
    goOn();
  });
  patience.begin();
  goOn();
  return () => {
    stop();
    cancelWait();
    patience.suspend();
  };
}

function createPatience(isOver: () => void): { begin(): void; suspend(): void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    begin() {
      clearTimeout(timer);
      timer = setTimeout(isOver, PATIENCE_MS);
    },
    suspend: () => clearTimeout(timer),
  };
}

interface StepPlayer {
  notes(event: TalkEvent): void;
  /** True when it could be done now. */
  play(step: TalkStep): boolean;
}

function createStepPlayer(talk: Conversation, caller: Caller): StepPlayer {
  const listening = createListening(talk.heard);
  // What was said is still to be answered.
  let isOwed = false;
  const say = (text: string) => {
    isOwed = true;
    caller.says(text);
    return true;
  };
  return {
    notes(event) {
      if (event.kind !== "heard") return;
      isOwed = false;
      listening.notes(event.utterance, event.whole);
    },
    play(step) {
      if ("hears" in step) return listening.finds(step.hears);
      if ("says" in step) return !isOwed && talk.isDone() && say(step.says);
      if ("interrupts" in step)
        return (
          talk.isSpeaking() &&
          (step.after === undefined || listening.finds(step.after)) &&
          say(step.interrupts)
        );
      if ("waits" in step) isOwed = false;
      else if ("presses" in step) caller.presses(step.presses);
      else caller.hangsUp();
      return true;
    },
  };
}

interface Listening {
  notes(utterance: string, whole: string): void;
  /** Whether the words were heard since those found last, which are then behind it. */
  finds(words: string): boolean;
}

function createListening(before: readonly string[]): Listening {
  const utterances = new Map(before.map((text, index) => [`before ${index}`, text]));
  let found = 0;
  return {
    notes: (utterance, whole) => void utterances.set(utterance, whole),
    finds(words) {
      const sought = plain(words);
      const at = plain([...utterances.values()].join(" ")).indexOf(sought, found);
      if (at < 0) return false;
      found = at + sought.length;
      return true;
    },
  };
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/\s+/g, " ").trim();
}
