import { SegmentedMessage } from "sms-segments-calculator";
import type { MessageDraft, MessageSize } from "../../engine/plugin-api.ts";

/** One septet each. */
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Two septets each, which are never parted. */
const EXTENDED = new Set("^{}\\[~]|€\f");
/** Most texts are only these, and no longer than one segment. */
const PLAIN = /^[\n !"#%&'()*+,\-./0-9:;<=>?A-Za-z@$_]{0,160}$/;

const ROOM = { "GSM-7": { one: 160, many: 153 }, "UCS-2": { one: 70, many: 67 } } as const;
const MAX_SHOWN = 40;

/** The text of a message, with look-alikes of GSM characters replaced where that is wanted. */
export function textOf({ text, template, smartEncoding }: MessageDraft): string {
  const written = text ?? template?.text ?? "";
  // The library's table is Twilio's; without it nothing here is replaced.
  return smartEncoding ? new SegmentedMessage(written, "auto", true).graphemes.join("") : written;
}

/** Segments a carrier counts; an empty text is one. */
export function segmentsOf(text: string): number {
  if (PLAIN.test(text)) return 1;
  const septets = septetsOf(text);
  return septets === null ? countUnits(text) : countSeptets(text, septets);
}

/** How a text is cut, and why. */
export function measure(draft: MessageDraft): MessageSize {
  const text = textOf(draft);
  const septets = septetsOf(text);
  const encoding = septets === null ? "UCS-2" : "GSM-7";
  const segments = segmentsOf(text);
  const { one, many } = ROOM[encoding];
  return {
    encoding,
    segments,
    characters: [...text].length,
    units: septets ?? text.length,
    unitsPerSegment: segments === 1 ? one : many,
    costly: septets === null ? foreignIn(text) : [],
    text,
  };
}

/** Null where a character is not in GSM-7. */
function septetsOf(text: string): number | null {
  let septets = 0;
  for (const character of text) {
    if (BASIC.has(character)) septets += 1;
    else if (EXTENDED.has(character)) septets += 2;
    else return null;
  }
  return septets;
}

function countSeptets(text: string, septets: number): number {
  if (septets <= ROOM["GSM-7"].one) return 1;
  return fill(text, ROOM["GSM-7"].many, (character) => (EXTENDED.has(character) ? 2 : 1));
}

function countUnits(text: string): number {
  if (text.length <= ROOM["UCS-2"].one) return 1;
  return fill(text, ROOM["UCS-2"].many, (character) => character.length);
}

/** Characters are not parted: what does not fit begins the next segment. */
function fill(text: string, room: number, sizeOf: (character: string) => number): number {
  let segments = 1;
  let used = 0;
  for (const character of text) {
    const size = sizeOf(character);
    if (used + size > room) {
      segments += 1;
      used = 0;
    }
    used += size;
  }
  return segments;
}

function foreignIn(text: string): readonly string[] {
  const foreign = new Set([...text].filter((one) => !BASIC.has(one) && !EXTENDED.has(one)));
  return [...foreign].slice(0, MAX_SHOWN);
}
