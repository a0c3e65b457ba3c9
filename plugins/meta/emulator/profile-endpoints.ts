import { randomBytes } from "node:crypto";
import type { JsonObject } from "../../../engine/plugin-api.ts";
import { listOf, textOf } from "../wire/json.ts";
import type { Problem } from "./error-answer.ts";
import { type GraphCall, type GraphReaction, type GraphRoute, refuse, replied } from "./graph-route.ts";
import type { EmulatedNumber } from "./number-book.ts";
import { SUCCESS, withNumber } from "./number-endpoints.ts";
import { firstProblem, limited, missing } from "./problems.ts";

/** What people see of a business, and the links that lead to it. */
export const PROFILE_ROUTES: readonly GraphRoute[] = [
  { method: "GET", path: /^([0-9]+)\/whatsapp_business_profile$/, answer: withNumber(readProfile) },
  { method: "POST", path: /^([0-9]+)\/whatsapp_business_profile$/, answer: withNumber(writeProfile) },
  { method: "GET", path: /^([0-9]+)\/message_qrdls$/, answer: withNumber(listLinks) },
  { method: "POST", path: /^([0-9]+)\/message_qrdls$/, answer: withNumber(writeLink) },
  { method: "GET", path: /^([0-9]+)\/message_qrdls\/([A-Z2-7]+)$/, answer: withNumber(readLink) },
  { method: "DELETE", path: /^([0-9]+)\/message_qrdls\/([A-Z2-7]+)$/, answer: withNumber(deleteLink) },
];

const LONGEST: Readonly<Record<string, number>> = { about: 139, address: 256, description: 256, email: 128 };
const NAMES = new Set([...Object.keys(LONGEST), "websites", "vertical", "profile_picture_handle"]);

function readProfile({ profile }: EmulatedNumber, { query }: GraphCall): GraphReaction {
  const fields = (query.fields ?? "").split(",");
  const shown = Object.entries(profile).filter(([name]) => fields.includes(name));
  const body = { data: [{ ...Object.fromEntries(shown), messaging_product: "whatsapp" }] };
  return replied({ status: 200, body });
}

function writeProfile(number: EmulatedNumber, { body }: GraphCall): GraphReaction {
  const { messaging_product: product, ...profile } = body;
  const problem = firstProblem(
    () => (product === "whatsapp" ? null : missing("messaging_product")),
    () => unknownName(profile),
    ...Object.entries(LONGEST).map(
      ([name, most]) =>
        () =>
          limited(name, profile[name], most),
    ),
    () =>
      listOf(profile.websites).length > 2 ? { code: 100, details: "At most 2 websites are allowed." } : null,
  );
  if (problem) return refuse(problem);
  number.profile = { ...number.profile, ...profile };
  return replied(SUCCESS);
}

function unknownName(profile: JsonObject): Problem | null {
  const unknown = Object.keys(profile).find((name) => !NAMES.has(name));
  return unknown === undefined ? null : { code: 100, details: `Unexpected key "${unknown}" on the profile.` };
}

const MOST_LISTED = 25;

function listLinks({ links }: EmulatedNumber, { query }: GraphCall): GraphReaction {
  const limit = Number(query.limit ?? MOST_LISTED);
  if (!(limit >= 1 && limit <= MOST_LISTED))
    return refuse({ code: 100, details: `The limit is at most ${MOST_LISTED}.` });
  const all = [...links.values()];
  const from = query.after === undefined ? 0 : all.findIndex(({ code }) => code === query.after) + 1;
  const data = all.slice(from, from + limit);
  const after = textOf(data.at(-1)?.code) ?? "";
  const more = from + limit < all.length ? { next: "https://graph.facebook.com/next" } : {};
  return replied({ status: 200, body: { data, paging: { cursors: { before: "", after }, ...more } } });
}

function writeLink({ links }: EmulatedNumber, { body }: GraphCall): GraphReaction {
  const [text, given] = [textOf(body.prefilled_message), textOf(body.code)];
  const format = textOf(body.generate_qr_image);
  if (!text) return refuse(missing("prefilled_message"));
  const tooLong = limited("prefilled_message", text, 140);
  if (tooLong) return refuse(tooLong);
  if (format !== null && format !== "PNG" && format !== "SVG")
    return refuse({ code: 100, details: "generate_qr_image is PNG or SVG." });
  if (given !== null && !links.has(given))
    return refuse({ code: 100, details: `There is no link ${given}.` });
  const code = given ?? newCode();
  const image =
    format === null ? {} : { qr_image_url: `https://scontent.example/qr/${code}.${format.toLowerCase()}` };
  const link = { code, prefilled_message: text, deep_link_url: `https://wa.me/message/${code}`, ...image };
  links.set(code, link);
  return replied({ status: 200, body: link });
}

function readLink({ links }: EmulatedNumber, { part }: GraphCall): GraphReaction {
  const link = links.get(part);
  return link ? replied({ status: 200, body: { data: [link] } }) : refuse(noLink(part));
}

function deleteLink({ links }: EmulatedNumber, { part }: GraphCall): GraphReaction {
  return links.delete(part) ? replied(SUCCESS) : refuse(noLink(part));
}

function noLink(code: string): Problem {
  return { code: 100, details: `There is no link ${code}.` };
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function newCode(): string {
  return [...randomBytes(14)].map((byte) => LETTERS[byte % LETTERS.length]).join("");
}
