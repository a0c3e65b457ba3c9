import { advance, noteError } from "./call-session.ts";
import { errorText } from "./error-texts.ts";
import { NEXT, numberAttribute, type PlayContext, resolveUrl, type Step } from "./play-step.ts";
import type { TwimlElement } from "./twiml-document.ts";

const MAX_SAY = 4096;
const MAX_LOOPS = 1000;
const CHARACTERS_PER_SECOND = 15;
const AUDIO_SECONDS = 5;

/** Plays Say, Play or Pause. */
export function playPrompt(context: PlayContext, verb: TwimlElement): Step {
  if (verb.name === "Say") say(context, verb);
  else if (verb.name === "Play") playAudio(context, verb);
  else pass(context, numberAttribute(verb, "length", 1));
  return NEXT;
}

/** How long saying this takes, in whole seconds. */
export function speakingSeconds(text: string): number {
  return Math.max(Math.ceil(text.length / CHARACTERS_PER_SECOND), 1);
}

function say(context: PlayContext, verb: TwimlElement): void {
  const { session } = context;
  if (verb.text === "") return;
  if (verb.text.length > MAX_SAY) {
    noteError(session, 13521, errorText(13521));
    return;
  }
  const { language = null, voice = null } = verb.attributes;
  speak(context, { text: verb.text, language, voice }, loops(verb));
}

/** The person on the phone hears these words. */
export function speak(
  { world, session }: PlayContext,
  words: { readonly text: string; readonly language: string | null; readonly voice: string | null },
  times = 1,
): void {
  session.trace.spoken.push(words.text);
  world.person?.hears(session, words);
  world.person?.passes(session, times * speakingSeconds(words.text));
  advance(session, times * speakingSeconds(words.text));
}

/** Time in which nothing is said. */
export function pass({ world, session }: PlayContext, seconds: number): void {
  world.person?.passes(session, seconds);
  advance(session, seconds);
}

// Audio files are not fetched: their length is taken as five seconds.
function playAudio(context: PlayContext, verb: TwimlElement): void {
  const { session } = context;
  const { digits } = verb.attributes;
  if (digits !== undefined) {
    session.trace.played.push(`dtmf:${digits}`);
    pass(context, digits.length * 0.5);
    return;
  }
  const url = resolveUrl(context, verb.text);
  if (url === null) {
    noteError(session, 11100, `Invalid URL format: "${verb.text}" in <Play>`);
    return;
  }
  session.trace.played.push(url);
  const file = new URL(url).pathname.split("/").at(-1) ?? "";
  context.world.person?.hears(session, { text: `♪ ${file}`, language: null, voice: null });
  pass(context, loops(verb) * AUDIO_SECONDS);
}

function loops(verb: TwimlElement): number {
  const count = numberAttribute(verb, "loop", 1);
  return count === 0 ? MAX_LOOPS : Math.min(Math.max(count, 1), MAX_LOOPS);
}
