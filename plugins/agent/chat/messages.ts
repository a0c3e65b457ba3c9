import { readable } from "../turn/guard.ts";

/** What one message carries on each channel, safely below what vendors refuse. */
const LONGEST = { whatsapp: 1_500, sms: 600, voice: 600 } as const;

/** An answer as messages: cut between paragraphs, then sentences, then words. */
export function messagesOf(text: string, channel: keyof typeof LONGEST): readonly string[] {
  return cut(readable(text), LONGEST[channel]);
}

function cut(text: string, longest: number): readonly string[] {
  if (text.length <= longest) return text === "" ? [] : [text];
  const head = text.slice(0, longest);
  const place = ["\n\n", "\n", ". ", " "]
    .map((mark) => head.lastIndexOf(mark))
    .find((at) => at > longest / 3);
  const end = place === undefined ? longest : place + 1;
  return [text.slice(0, end).trim(), ...cut(text.slice(end).trim(), longest)];
}
