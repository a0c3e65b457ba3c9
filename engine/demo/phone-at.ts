import { createInterface } from "node:readline";
import type { TalkHand } from "../../plugins/twilio/emulator/sockets/talk-hand.ts";
import type { Print } from "./trace.ts";

const HANG_UP = /^\/(hangup|colgar)$/i;

/** A phone in somebody's hand: what they type is said or pressed, and what is heard is printed sentence by sentence. */
export function phoneAt(keyboard: NodeJS.ReadableStream, print: Print): TalkHand {
  return (talk, caller) => {
    const lines = createInterface({ input: keyboard });
    const stop = talk.listen(captions(print));
    lines.on("line", (line) => {
      const text = line.trim();
      if (text === "") return;
      if (HANG_UP.test(text)) return caller.hangsUp();
      if (/^[0-9*#]+$/.test(text)) caller.presses(text);
      else caller.says(text);
    });
    // The end of what can be typed is the end of the call.
    lines.once("close", () => {
      if (!talk.isOver()) caller.hangsUp();
    });
    return () => {
      stop();
      lines.removeAllListeners("close");
      lines.close();
    };
  };
}

const SENTENCE = /^.*?[.!?…](?=\s|$)\s*/s;

/** Each sentence once it was heard to its end, and what was heard of the one that was cut. */
function captions(print: Print): Parameters<Parameters<TalkHand>[0]["listen"]>[0] {
  let utterance = "";
  let whole = "";
  let shown = 0;
  return (event) => {
    if (event.kind === "heard") {
      if (event.utterance !== utterance) shown = 0;
      ({ utterance, whole } = event);
      for (let next = sentence(whole, shown); next !== ""; next = sentence(whole, shown)) {
        print(`  agent      "${next.trim()}"`);
        shown += next.length;
      }
    } else if (event.kind === "silent") {
      const rest = whole.slice(shown).trim();
      if (rest !== "") print(`  agent      "${rest}"${event.cut ? " —" : ""}`);
      shown = whole.length;
    }
  };
}

function sentence(whole: string, from: number): string {
  return SENTENCE.exec(whole.slice(from))?.[0] ?? "";
}
