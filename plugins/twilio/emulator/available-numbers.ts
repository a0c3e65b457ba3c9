/** Numbers that can be bought: a few in each country, the same ones every time, until somebody has them. */
import type { JsonObject } from "../../../engine/plugin-api.ts";
import { type Form, formText } from "./form.ts";
import { formattedNumber } from "./numbers.ts";
import { numberOf } from "./owned-numbers.ts";
import { answer, notFound, type RestAnswer, type RestRequest, refusal } from "./rest-answer.ts";
import { unknownParameters } from "./unknown-parameters.ts";
import type { World } from "./world.ts";

export type NumberKind = "local" | "mobile" | "tollfree";

interface Block {
  readonly country: string;
  readonly kind: NumberKind;
  /** E.164 without the last two digits. */
  readonly prefix: string;
  readonly locality: string | null;
  readonly region: string | null;
  readonly postalCode: string | null;
  /** What it can do besides calls. */
  readonly messages: readonly ("sms" | "mms")[];
}

const block = (
  country: string,
  kind: NumberKind,
  prefix: string,
  [locality = null, region = null, postalCode = null]: readonly (string | null)[] = [],
  messages: Block["messages"] = country === "US" || country === "CA" ? ["sms", "mms"] : ["sms"],
): Block => ({ country, kind, prefix, locality, region, postalCode, messages });

const BLOCKS: readonly Block[] = [
  block("US", "local", "+141555501", ["San Francisco", "CA", "94105"]),
  block("US", "local", "+121255501", ["New York", "NY", "10001"]),
  block("US", "local", "+130555501", ["Miami", "FL", "33101"]),
  block("US", "tollfree", "+183355501"),
  block("CA", "local", "+160455501", ["Vancouver", "BC", "V5K"]),
  block("CA", "tollfree", "+180055501"),
  block("GB", "local", "+4420794601", ["London", null, null], []),
  block("GB", "mobile", "+4474000101"),
  block("GB", "tollfree", "+4480815701", [], []),
  block("ES", "local", "+349123401", ["Madrid", "Madrid", null], []),
  block("ES", "mobile", "+346000101"),
  block("ES", "tollfree", "+349001001", [], []),
  block("CO", "local", "+5760133301", ["Bogotá", "Bogotá", null], []),
  block("CO", "mobile", "+5730033301"),
  block("MX", "local", "+5255555501", ["Ciudad de México", "CMX", null], []),
];

const KINDS: Readonly<Record<string, NumberKind>> = {
  Local: "local",
  Mobile: "mobile",
  TollFree: "tollfree",
};
const PARAMETERS: ReadonlySet<string> = new Set(
  "AreaCode Contains SmsEnabled MmsEnabled VoiceEnabled FaxEnabled ExcludeAllAddressRequired ExcludeLocalAddressRequired ExcludeForeignAddressRequired Beta NearNumber NearLatLong Distance InPostalCode InRegion InRateCenter InLata InLocality PageSize Page PageToken".split(
    " ",
  ),
);
const USUAL_PAGE = 50;

/** A number on offer, with the block it is from. */
export interface Offer extends Block {
  readonly e164: string;
}

/** `GET …/AvailablePhoneNumbers/{country}/{kind}.json`. A country or kind there is nothing of is not there, as at Twilio. */
export function searchNumbers(world: World, { params, query, path }: RestRequest): RestAnswer {
  const kind = KINDS[params.kind ?? ""];
  const blocks = BLOCKS.filter((one) => one.country === params.country && one.kind === kind);
  if (blocks.length === 0) return notFound(path);
  const refused = unknownParameters(query, PARAMETERS) ?? refuseSearch(query);
  if (refused) return refused;
  const size = Number(formText(query, "PageSize") ?? USUAL_PAGE);
  const found = offers(world, blocks)
    .filter((offer) => fits(offer, query))
    .slice(0, size);
  return answer(200, { available_phone_numbers: found.map(resource), uri: path });
}

/** The first number on offer with this area code; undefined: there is none. */
export function inAreaCode(world: World, areaCode: string, kind?: NumberKind): Offer | undefined {
  const blocks = BLOCKS.filter((one) => kind === undefined || one.kind === kind);
  return offers(world, blocks).find((offer) => fitsAreaCode(offer, areaCode));
}

function offers(world: World, blocks: readonly Block[]): Offer[] {
  return blocks
    .flatMap((one) => NUMBERS_OF_BLOCK.map((digits) => ({ ...one, e164: one.prefix + digits })))
    .filter(({ e164 }) => numberOf(world, e164) === undefined);
}

const NUMBERS_OF_BLOCK = Array.from({ length: 100 }, (_, index) => String(index).padStart(2, "0"));

function refuseSearch(query: Form): RestAnswer | null {
  const contains = formText(query, "Contains");
  if (contains !== undefined && !/^[0-9A-Za-z*%+$]{2,16}$/.test(contains))
    return refusal(400, 20422, "Contains takes 2 to 16 digits, letters and * % + $.");
  const distance = formText(query, "Distance");
  if (distance !== undefined && !(Number(distance) >= 0 && Number(distance) <= 500))
    return refusal(400, 20422, "Distance must be between 0 and 500.");
  return null;
}

function fits(offer: Offer, query: Form): boolean {
  const same = (name: string, value: string | null) => [undefined, value].includes(formText(query, name));
  const can = (name: string, able: boolean) => [undefined, String(able)].includes(formText(query, name));
  const areaCode = formText(query, "AreaCode");
  return (
    (areaCode === undefined || fitsAreaCode(offer, areaCode)) &&
    patternOf(formText(query, "Contains")).test(offer.e164) &&
    same("InRegion", offer.region) &&
    same("InLocality", offer.locality) &&
    same("InPostalCode", offer.postalCode) &&
    can("VoiceEnabled", true) &&
    can("SmsEnabled", offer.messages.includes("sms")) &&
    can("MmsEnabled", offer.messages.includes("mms")) &&
    can("FaxEnabled", false)
  );
}

/** Only North America has them. */
function fitsAreaCode({ e164 }: Offer, areaCode: string): boolean {
  return e164.startsWith(`+1${areaCode}`) && /^\d{3}$/.test(areaCode);
}

/** Letters are keys of a phone; `*` and `%` stand for any digits, `+` for the beginning, `$` for the end. */
function patternOf(contains: string | undefined): RegExp {
  if (contains === undefined) return /./;
  const digits = [...contains.toUpperCase()].map((sign) => SIGNS[sign] ?? keyOf(sign)).join("");
  return new RegExp(digits);
}

const SIGNS: Readonly<Record<string, string>> = { "*": "\\d", "%": "\\d*", "+": "^\\+", $: "$" };

function keyOf(sign: string): string {
  const key = ["ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"].findIndex((keys) =>
    keys.includes(sign),
  );
  return key === -1 ? sign : String(key + 2);
}

/** What a number can do, as lists of numbers show it. */
export function capabilities(messages: Block["messages"]): JsonObject {
  return { voice: true, sms: messages.includes("sms"), mms: messages.includes("mms"), fax: false };
}

/** The block a number is from, or is like: what Twilio does not sell here is a local number that does everything. */
export function offerOf(e164: string): Pick<Block, "kind" | "messages"> {
  return BLOCKS.find(({ prefix }) => e164.startsWith(prefix)) ?? { kind: "local", messages: ["sms", "mms"] };
}

function resource({ e164, locality, region, postalCode, country, messages }: Offer): JsonObject {
  return {
    friendly_name: formattedNumber(e164),
    phone_number: e164,
    lata: null,
    locality,
    rate_center: null,
    latitude: null,
    longitude: null,
    region,
    postal_code: postalCode,
    iso_country: country,
    address_requirements: "none",
    beta: false,
    capabilities: capabilities(messages),
  };
}
