import {
  AppError,
  type JsonObject,
  type NumberCall,
  type NumberLifecycle,
  type NumberLink,
} from "../../../engine/plugin-api.ts";
import { objectsOf, textOf } from "../wire/json.ts";
import { ask, nextPage, nodeOf } from "./graph-node.ts";

// Meta pages by 25 at most; a number with more links than this has lost count of them.
const PAGE = "25";
const MOST_PAGES = 20;

export async function listLinks(call: NumberCall): Promise<readonly NumberLink[]> {
  const links: NumberLink[] = [];
  let after: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const query: Record<string, string> = { limit: PAGE, ...(after === null ? {} : { after }) };
    const answer = await ask(call, { method: "GET", path: `${nodeOf(call)}/message_qrdls`, query });
    links.push(...objectsOf(answer.data).map(linkOf));
    after = nextPage(answer);
    if (after === null) break;
  }
  return links;
}

export async function writeLink(
  call: NumberCall,
  { text, image, code }: Parameters<NumberLifecycle["writeLink"]>[1],
): Promise<NumberLink> {
  const body = {
    prefilled_message: text,
    generate_qr_image: image.toUpperCase(),
    ...(code === undefined ? {} : { code }),
  };
  return linkOf(await ask(call, { method: "POST", path: `${nodeOf(call)}/message_qrdls`, body }));
}

export async function deleteLink(call: NumberCall, code: string): Promise<void> {
  await ask(call, { method: "DELETE", path: `${nodeOf(call)}/message_qrdls/${encodeURIComponent(code)}` });
}

function linkOf(link: JsonObject): NumberLink {
  const [code, url] = [textOf(link.code), textOf(link.deep_link_url)];
  if (code === null || url === null)
    throw new AppError("VENDOR_REFUSED", "Meta answered with a link that has no code.", { vendor: "meta" });
  return { code, text: textOf(link.prefilled_message) ?? "", url, imageUrl: textOf(link.qr_image_url) };
}
