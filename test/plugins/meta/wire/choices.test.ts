import { expect, test } from "vitest";
import type { MessageDraft } from "../../../../engine/plugin-api.ts";
import { checkInteractive } from "../../../../plugins/meta/emulator/check-interactive.ts";
import { interactiveOf, quickReplies } from "../../../../plugins/meta/wire/choices.ts";

const ASK = `ask_${"b".repeat(32)}`;

function draft(titles: readonly string[], more: Partial<MessageDraft> = {}): MessageDraft {
  const list = titles.map((title, index) => ({ id: `c${index}`, title }));
  return {
    to: "+573001112233",
    text: "¿Viene?",
    purpose: "service",
    ask: ASK,
    choices: { list, listLabel: "Elegir" },
    ...more,
  };
}

test("up to three short titles are buttons that name their question", () => {
  const interactive = interactiveOf(draft(["Sí", "No"]));
  expect(interactive).toEqual({
    type: "button",
    body: { text: "¿Viene?" },
    action: {
      buttons: [
        { type: "reply", reply: { id: `${ASK}:c0`, title: "Sí" } },
        { type: "reply", reply: { id: `${ASK}:c1`, title: "No" } },
      ],
    },
  });
});

test.each([
  ["three of 20", ["a".repeat(20), "b".repeat(20), "c".repeat(20)], {}, "button"],
  ["one of 21", ["a".repeat(21)], {}, "list"],
  ["four", ["a", "b", "c", "d"], {}, "list"],
  ["ten of 24", Array.from({ length: 10 }, (_, index) => `${index}`.padEnd(24, "x")), {}, "list"],
  ["eleven", Array.from({ length: 11 }, (_, index) => `${index}`), {}, null],
  ["one of 25", ["a".repeat(25)], {}, null],
  ["two alike", ["a", "a"], {}, null],
  ["a body too long for buttons", ["a"], { text: "x".repeat(1025) }, "list"],
  ["a body too long for a list", ["a"], { text: "x".repeat(4097) }, null],
  ["a picture on buttons", ["a"], { media: ["https://x.test/a.jpg"] }, "button"],
  ["a picture on a list", ["a", "b", "c", "d"], { media: ["https://x.test/a.jpg"] }, null],
  ["a sound", ["a"], { media: ["https://x.test/a.ogg"] }, null],
  ["two pictures", ["a"], { media: ["https://x.test/a.jpg", "https://x.test/b.jpg"] }, null],
] as const)("%s is %j, as Meta takes it", (_what, titles, more, type) => {
  const interactive = interactiveOf(draft(titles, more));
  expect(interactive?.type ?? null).toBe(type);
  if (interactive) expect(checkInteractive(interactive)).toBeNull();
});

test("a template's quick replies carry the question in their payloads", () => {
  expect(quickReplies(draft(["Sí"]))).toEqual([
    {
      type: "button",
      sub_type: "quick_reply",
      index: "0",
      parameters: [{ type: "payload", payload: `${ASK}:c0` }],
    },
  ]);
});
