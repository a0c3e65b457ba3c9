import { expect, test } from "vitest";
import { pdfText } from "../../../../engine/runtime/documents/pdf-text.ts";
import { smallPdf } from "../../../support/small-pdf.ts";

test("a PDF is read page by page", async () => {
  const pages = ["Habitación con baño: 120.000", "Se cancela sin costo (48 horas antes)"];
  expect(await pdfText(smallPdf(pages))).toEqual(pages);
});

test("two at once are read one after the other, and a bad one keeps nobody", async () => {
  const [bad, good] = await Promise.allSettled([
    pdfText(Buffer.from("%PDF-1.4 and nothing more")),
    pdfText(smallPdf(["Hola"])),
  ]);
  expect(bad).toMatchObject({ status: "rejected", reason: { code: "DOCUMENT_UNREADABLE" } });
  expect(good).toMatchObject({ status: "fulfilled", value: ["Hola"] });
});

test.each([
  ["no PDF", Buffer.from("<html>"), /does not begin as a PDF does/],
  ["a scan", smallPdf([""]), /there is no text in it/],
  ["too long", smallPdf(Array(301).fill("x")), /it has 301 pages; expected 300 at most/],
  [
    "locked",
    smallPdf(
      ["x"],
      `/Encrypt << /Filter /Standard /V 1 /R 2 /O <${"0".repeat(64)}> /U <${"0".repeat(64)}> /P -4 >> /ID [<00> <00>]`,
    ),
    /it is locked with a password/,
  ],
])("%s: it says so", async (_, bytes, words) => {
  await expect(async () => pdfText(bytes)).rejects.toMatchObject({
    code: "DOCUMENT_UNREADABLE",
    message: expect.stringMatching(words),
  });
});
