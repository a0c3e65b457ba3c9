import { Worker } from "node:worker_threads";
import { AppError } from "../../errors.ts";

export interface PdfOrder {
  readonly bytes: Uint8Array;
  readonly mostPages: number;
}

export type PdfAnswer =
  | { readonly kind: "pages"; readonly pages: readonly string[] }
  | { readonly kind: "too_long"; readonly pages: number }
  | { readonly kind: "locked" }
  | { readonly kind: "broken"; readonly message: string };

export const PDF_LIMITS = { bytes: 10 * 1024 * 1024, pages: 300, ms: 20_000, memoryMb: 256 } as const;

// One after the other: a few large files at once would take the machine from the calls.
let last: Promise<unknown> = Promise.resolve();

/** The text of a PDF, page by page. @throws AppError DOCUMENT_UNREADABLE */
export function pdfText(bytes: Uint8Array): Promise<readonly string[]> {
  if (!startsAsPdf(bytes)) throw unreadable("it does not begin as a PDF does");
  const reading = last.then(() => answerFor(bytes)).then(pagesIn);
  last = reading.catch(() => undefined);
  return reading;
}

function startsAsPdf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 1024)).includes("%PDF-");
}

function answerFor(bytes: Uint8Array): Promise<PdfAnswer> {
  const order: PdfOrder = { bytes: Uint8Array.from(bytes), mostPages: PDF_LIMITS.pages };
  const worker = new Worker(new URL("./pdf-worker.ts", import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: PDF_LIMITS.memoryMb },
    stdout: true,
    stderr: true,
  });
  return new Promise<PdfAnswer>((resolve, reject) => {
    const late = setTimeout(
      () => reject(unreadable(`it takes more than ${PDF_LIMITS.ms} ms to read`)),
      PDF_LIMITS.ms,
    );
    worker.once("message", resolve);
    worker.once("error", (error) => reject(unreadable(error.message)));
    worker.once("exit", () => {
      clearTimeout(late);
      reject(unreadable("reading it came to no end"));
    });
  }).finally(() => worker.terminate());
}

function pagesIn(answer: PdfAnswer): readonly string[] {
  switch (answer.kind) {
    case "too_long":
      throw unreadable(`it has ${answer.pages} pages; expected ${PDF_LIMITS.pages} at most`);
    case "locked":
      throw unreadable("it is locked with a password");
    case "broken":
      throw unreadable(answer.message);
    case "pages":
      return withText(answer.pages);
  }
}

function withText(pages: readonly string[]): readonly string[] {
  const texts = pages.map((page) => page.replaceAll("\0", "").trim());
  if (texts.some((text) => text !== "")) return texts;
  throw unreadable("there is no text in it; of a scan, enter the text itself");
}

function unreadable(why: string): AppError {
  return new AppError("DOCUMENT_UNREADABLE", `The PDF cannot be read: ${why}.`);
}
