import { expect, test } from "vitest";
import type { CheckedMessage, MediaKind, OutboundFile } from "../../../../engine/plugin-api.ts";
import { checkInteractive } from "../../../../plugins/meta/emulator/check-interactive.ts";
import { interactiveOf, quickReplies, tapPayload } from "../../../../plugins/meta/wire/choices.ts";

const ASK = `ask_${"b".repeat(32)}`;

function draft(titles: readonly string[], more: Partial<CheckedMessage> = {}): CheckedMessage {
  const list = titles.map((title, index) => ({ id: `c${index}`, title }));
  return {
    to: "+573001112233",
    text: "¿Viene?",
    purpose: "service",
    ask: ASK,
    choices: { list, listLabel: "Elegir" },
    files: [],
    headerFile: null,
    ...more,
  };
}

function file(kind: MediaKind): OutboundFile {
  return { url: `https://x.test/${kind}`, kind, type: null, bytes: null, name: null, stored: null };
}

test("up to three short titles are buttons that name their question", () => {
  const interactive = interactiveOf(draft(["Sí", "No"]), null);
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
  ["a picture on buttons", ["a"], { files: [file("image")] }, "button"],
  ["a picture on a list", ["a", "b", "c", "d"], { files: [file("image")] }, null],
  ["a sound", ["a"], { files: [file("audio")] }, null],
  ["two pictures", ["a"], { files: [file("image"), file("image")] }, null],
] as const)("%s is %j, as Meta takes it", (_what, titles, more, type) => {
  const interactive = interactiveOf(draft(titles, more), null);
  expect(interactive?.type ?? null).toBe(type);
  if (interactive) expect(checkInteractive(interactive)).toBeNull();
});

test("buttons have the file above them", () => {
  const header = { type: "image", image: { id: "77" } };
  const interactive = interactiveOf(draft(["Sí"], { files: [file("image")] }), header);
  expect(interactive).toMatchObject({ type: "button", header, body: { text: "¿Viene?" } });
});

test.each([
  ["by its payload, wherever it stands", { text: "No, thanks", payload: "c1" }, 0, `${ASK}:c1`],
  ["by its words", { text: "NO", payload: "no:R-1" }, 0, `${ASK}:c1`],
  ["else by its place", { text: "Yes", payload: "yes:R-1" }, 0, `${ASK}:c0`],
  ["else none", { text: "Later", payload: "later:R-1" }, 2, "later:R-1"],
] as const)("a quick reply of a template means a choice %s", (_how, button, place, payload) => {
  expect(tapPayload(draft(["Sí", "No"]))(button, place)).toBe(payload);
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
