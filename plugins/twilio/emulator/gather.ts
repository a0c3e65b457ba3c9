import { advance } from "./call-session.ts";
import type { PhoneInput } from "./callees.ts";
import { withCode } from "./code-book.ts";
import type { Form } from "./form.ts";
import { hearSpeech } from "./live-transcriptions.ts";
import { nextInput } from "./next-input.ts";
import type { Wants } from "./person-line.ts";
import { gotoAction, HANGUP, NEXT, numberAttribute, type PlayContext, type Step } from "./play-step.ts";
import { playPrompt, speakingSeconds } from "./prompts.ts";
import type { TwimlElement } from "./twiml-document.ts";

const PROMPTS: readonly string[] = ["Say", "Play", "Pause"];

/** Plays the prompts, then takes the next input of the person on the phone. Nothing that fits counts as silence. */
export async function playGather(context: PlayContext, verb: TwimlElement): Promise<Step> {
  const { session } = context;
  for (const child of verb.children)
    if (PROMPTS.includes(child.name) && !session.hungUp) playPrompt(context, child);
  if (session.hungUp) return HANGUP;
  const input = await nextInput(context, wantsOf(verb));
  if (input === "hangup") {
    session.hungUp = true;
    return HANGUP;
  }
  const result = typeof input === "string" ? keyed(context, verb, input) : spoken(context, verb, input);
  if (session.hungUp) return HANGUP;
  if (result) return gotoAction(context, verb, result);
  return verb.attributes.actionOnEmptyResult === "true" ? gotoAction(context, verb, emptyResult(verb)) : NEXT;
}

function wantsOf(verb: TwimlElement): Wants {
  const { finishOnKey = "#" } = verb.attributes;
  const most = numberAttribute(verb, "numDigits", Number.POSITIVE_INFINITY);
  return {
    digits: accepts(verb, "dtmf") ? { most, finishOnKey } : null,
    speech: accepts(verb, "speech"),
    recording: false,
    timeoutSeconds: numberAttribute(verb, "timeout", 5),
  };
}

function keyed({ session, world }: PlayContext, verb: TwimlElement, input: string): Form | null {
  const timeout = numberAttribute(verb, "timeout", 5);
  const typed = withCode(world, session.direction === "inbound" ? session.from : session.to, input);
  const pressed = input === "silence" || !accepts(verb, "dtmf") ? "" : typed;
  const { digits, finishedOnKey, isComplete } = readKeys(verb, pressed);
  advance(session, digits.length * 0.5 + (isComplete ? 0 : timeout));
  if (digits === "") return null;
  session.trace.gathered.push(digits);
  return { Digits: digits, ...(finishedOnKey === null ? {} : { FinishedOnKey: finishedOnKey }) };
}

interface Keys {
  readonly digits: string;
  readonly finishedOnKey: string | null;
  /** Nothing more to wait for. */
  readonly isComplete: boolean;
}

function readKeys(verb: TwimlElement, pressed: string): Keys {
  const finishOnKey = verb.attributes.finishOnKey ?? "#";
  const most = numberAttribute(verb, "numDigits", Number.POSITIVE_INFINITY);
  let digits = "";
  for (const key of pressed.replaceAll(/[^0-9*#A-D]/g, "")) {
    if (finishOnKey !== "" && key === finishOnKey) return { digits, finishedOnKey: key, isComplete: true };
    digits += key;
    if (digits.length >= most) return { digits, finishedOnKey: null, isComplete: true };
  }
  return { digits, finishedOnKey: null, isComplete: false };
}

function spoken(
  { world, session }: PlayContext,
  verb: TwimlElement,
  input: Exclude<PhoneInput, string>,
): Form | null {
  hearSpeech(world, session, input.speech);
  if (!accepts(verb, "speech") || input.speech === "") {
    advance(session, numberAttribute(verb, "timeout", 5));
    return null;
  }
  advance(session, speakingSeconds(input.speech));
  session.trace.gathered.push(input.speech);
  return { SpeechResult: input.speech, Confidence: String(input.confidence ?? 0.9) };
}

function accepts(verb: TwimlElement, kind: "dtmf" | "speech"): boolean {
  return (verb.attributes.input ?? "dtmf").split(/\s+/).includes(kind);
}

function emptyResult(verb: TwimlElement): Form {
  return accepts(verb, "dtmf") ? { Digits: "" } : { SpeechResult: "" };
}
