import { convert, type HtmlToTextOptions } from "html-to-text";
import { AppError } from "../../errors.ts";
import type { DownloadAnswer, GuardedDownload } from "../../plugin-api.ts";

export interface WebText {
  readonly title: string;
  readonly text: string;
}

const LIMITS = { maxBytes: 2 * 1024 * 1024, timeoutMs: 15_000 } as const;
const HEADERS = { accept: "text/html, text/plain;q=0.8", "user-agent": "Centralita (knowledge)" } as const;

/** The text of a web page that people read: without its menus and forms. @throws AppError FETCH_*, DOCUMENT_UNREADABLE */
export async function webText(download: GuardedDownload, url: string): Promise<WebText> {
  const answer = await download(url, { headers: HEADERS, ...LIMITS });
  if (answer.status !== 200) throw unreadable(url, `it answered ${answer.status}`);
  const type = (answer.headers["content-type"] ?? "").toLowerCase();
  const source = decoded(url, answer, type);
  if (type.startsWith("text/plain")) return filled(url, { title: "", text: source });
  if (!/^(text\/html|application\/xhtml\+xml)/.test(type))
    throw unreadable(url, `it is ${type || "of no type"}; expected text/html or text/plain`);
  return filled(url, { title: convert(source, TITLE).trim(), text: convert(source, PAGE) });
}

function decoded(url: string, { bytes }: DownloadAnswer, type: string): string {
  const named = /charset=["']?([\w-]+)/.exec(type)?.[1] ?? charsetWithin(bytes) ?? "utf-8";
  try {
    return new TextDecoder(named).decode(bytes).replaceAll("\0", "");
  } catch {
    throw unreadable(url, `its characters are in ${named}, which nobody knows`);
  }
}

/** Pages say it in their first lines, too. */
function charsetWithin(bytes: Buffer): string | undefined {
  return /<meta[^>]{0,200}charset=["']?([\w-]+)/i.exec(bytes.subarray(0, 2048).toString("latin1"))?.[1];
}

function filled(url: string, { title, text }: WebText): WebText {
  const kept = text.replaceAll(/\n{3,}/g, "\n\n").trim();
  if (kept === "")
    throw unreadable(url, "there is no text in it; pages that only programs fill are not read");
  return { title: title.slice(0, 200), text: kept };
}

const skip = (selector: string) => ({ selector, format: "skip" });
const MENUS = [
  "nav",
  "footer",
  "aside",
  "form",
  "button",
  "script",
  "style",
  "noscript",
  "svg",
  "img",
  "iframe",
];

const LIMITS_OF_TREE = { maxDepth: 200, maxChildNodes: 20_000 } as const;

const PAGE: HtmlToTextOptions = {
  wordwrap: false,
  limits: { ...LIMITS_OF_TREE, maxBaseElements: 1 },
  baseElements: { selectors: ["main", '[role="main"]', "article", "body"], orderBy: "selectors" },
  selectors: [
    ...MENUS.map(skip),
    skip('[aria-hidden="true"]'),
    skip("[hidden]"),
    { selector: "a", options: { ignoreHref: true } },
    ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
};

const TITLE: HtmlToTextOptions = {
  wordwrap: false,
  limits: { ...LIMITS_OF_TREE, maxBaseElements: 1 },
  baseElements: { selectors: ["title"], returnDomByDefault: false },
};

function unreadable(url: string, why: string): AppError {
  return new AppError("DOCUMENT_UNREADABLE", `${url} cannot be read: ${why}.`, { url });
}
