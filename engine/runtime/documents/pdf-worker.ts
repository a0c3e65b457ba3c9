/** In a thread of its own: a file nobody has seen may take any time and any memory. */
import { parentPort, workerData } from "node:worker_threads";
import { extractText, getDocumentProxy } from "unpdf";
import type { PdfAnswer, PdfOrder } from "./pdf-text.ts";

async function read({ bytes, mostPages }: PdfOrder): Promise<PdfAnswer> {
  try {
    const document = await getDocumentProxy(bytes, { verbosity: 0 });
    if (document.numPages > mostPages) return { kind: "too_long", pages: document.numPages };
    const { text } = await extractText(document, { mergePages: false });
    return { kind: "pages", pages: text };
  } catch (error) {
    const { name, message } = error as Error;
    return name === "PasswordException" ? { kind: "locked" } : { kind: "broken", message };
  }
}

parentPort?.postMessage(await read(workerData));
