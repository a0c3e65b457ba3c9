import type { JsonObject } from "../../../engine/plugin-api.ts";
import { type Form, formText } from "./form.ts";
import { isMagic, lineType, type NumberReading, type ParsedNumber, readNumber } from "./numbers.ts";
import { answer, type RestAnswer, type RestRequest, refusal } from "./rest-answer.ts";
import { newSid } from "./sids.ts";
import type { World } from "./world.ts";

/** `GET /v2/PhoneNumbers/{number}?Fields=&CountryCode=`: always 200, even for odd numbers. */
export function lookUpNumber(world: World, request: RestRequest): RestAnswer {
  const asked = request.params.number ?? "";
  const fields = (formText(request.query, "Fields") ?? "")
    .split(",")
    .map((field) => field.trim())
    .filter((field) => field !== "");
  const unknown = fields.filter((field) => field !== "validation" && !(field in PACKAGES));
  if (unknown.length > 0) return refusal(400, 60200, `Invalid parameter: Fields ${unknown.join(", ")}`);
  const reading = readNumber(asked, formText(request.query, "CountryCode"));
  const body = lookupResource(world, asked, reading, fields, request.query);
  recordLookup(world, request, body, fields);
  return answer(200, body);
}

function lookupResource(
  world: World,
  asked: string,
  reading: NumberReading,
  fields: readonly string[],
  query: Form,
): JsonObject {
  const packages = Object.entries(PACKAGES).map(([field, build]) => {
    const isAsked = reading.ok && fields.includes(field);
    return [field, isAsked ? build(reading.number, query) : null] as const;
  });
  const phoneNumber = reading.ok ? reading.number.e164 : asked;
  return {
    calling_country_code: reading.ok ? reading.number.callingCode : null,
    country_code: reading.ok ? reading.number.country : null,
    phone_number: phoneNumber,
    national_format: reading.ok ? reading.number.national : null,
    valid: reading.ok,
    validation_errors: reading.ok ? [] : [reading.error],
    ...Object.fromEntries(packages),
    url: `${world.url()}/v2/PhoneNumbers/${phoneNumber}`,
  };
}

// A lookup has no id of its own; Twilio's request ids start with RQ.
function recordLookup(world: World, request: RestRequest, body: JsonObject, fields: readonly string[]): void {
  world.ledger.add({
    kind: "lookup",
    ref: newSid("RQ"),
    at: world.now().toISOString(),
    to: String(body.phone_number),
    status: body.valid === true ? "valid" : "invalid",
    details: { accountSid: request.account.accountSid, fields, answer: body },
  });
}

type Package = (number: ParsedNumber, query: Form) => JsonObject;

/** Twilio's own test numbers for SIM swap: the period they answer for, none swapped. */
const SIM_PERIODS: Readonly<Record<string, string>> = {
  "+12345678900": "PT48H",
  "+12345678901": "PT24H",
  "+12345678904": "PT48H",
  "+12345678907": "PT24H",
};

/** Every package of Lookup v2. Those of which nothing can be known here answer as Twilio does for a number without data. */
const PACKAGES: Readonly<Record<string, Package>> = {
  caller_name: () => ({ caller_name: null, caller_type: null, error_code: null }),
  sim_swap: (number) => ({
    last_sim_swap: {
      last_sim_swap_date: isMagic("simSwapped", number.e164) ? "2026-11-20T10:00:00Z" : null,
      swapped_period: SIM_PERIODS[number.e164] ?? "PT48H",
      swapped_in_period: isMagic("simSwapped", number.e164),
    },
    ...carrierOf(number),
    error_code: null,
  }),
  call_forwarding: ({ e164 }) => ({
    call_forwarding_enabled: isMagic("forwarded", e164),
    error_code: null,
  }),
  line_status: ({ e164 }) => ({
    status: isMagic("unreachable", e164) ? "inactive" : "active",
    error_code: null,
  }),
  line_type_intelligence: (number) => ({
    type: lineType(number.e164),
    ...carrierOf(number),
    error_code: null,
  }),
  identity_match: ({ e164 }, query) => identityMatch(e164, query),
  reassigned_number: ({ e164 }, query) => {
    const since = formText(query, "LastVerifiedDate") ?? null;
    const known = isMagic("reassigned", e164) ? "yes" : "no";
    return {
      last_verified_date: since,
      is_number_reassigned: since === null ? "no_data_available" : known,
      error_code: null,
    };
  },
  sms_pumping_risk: ({ e164 }) => {
    const isPumped = isMagic("pumping", e164);
    return {
      carrier_risk_category: isPumped ? "high" : "low",
      number_blocked: isPumped,
      number_blocked_date: isPumped ? "2026-11-19" : null,
      number_blocked_last_3_months: isPumped,
      sms_pumping_risk_score: isPumped ? 96 : 2,
      error_code: null,
    };
  },
  // Twilio enables these two per account; for the others they fail inside the package.
  phone_number_quality_score: () => ({ error_code: 60606 }),
  pre_fill: () => ({ error_code: 60606 }),
};

/** Fields of the answer by the query that is compared. */
const IDENTITY_FIELDS: Readonly<Record<string, string>> = {
  first_name: "FirstName",
  last_name: "LastName",
  address_lines: "AddressLine1",
  city: "City",
  state: "State",
  postal_code: "PostalCode",
  address_country: "AddressCountryCode",
  national_id: "NationalId",
  date_of_birth: "DateOfBirth",
};

/** Whoever is asked about is who they say, but for the magic number. */
function identityMatch(e164: string, query: Form): JsonObject {
  const verdict = isMagic("otherPerson", e164) ? "no_match" : "exact_match";
  const matches = Object.entries(IDENTITY_FIELDS).map(([field, name]) => {
    const isGiven = formText(query, name) !== undefined;
    return [`${field}_match`, isGiven ? verdict : "no_data_available"] as const;
  });
  const isKnown = matches.some(([, value]) => value === "exact_match");
  return {
    ...Object.fromEntries(matches),
    summary_score: isKnown ? 100 : 0,
    error_code: null,
    error_message: null,
  };
}

interface Carrier {
  readonly fixed: string;
  readonly mobile: string;
  readonly mcc: string;
  readonly mnc: string;
}

const CARRIERS: Readonly<Record<string, Carrier>> = {
  ES: { fixed: "Telefonica de Espana", mobile: "Movistar", mcc: "214", mnc: "07" },
  US: { fixed: "AT&T", mobile: "T-Mobile USA, Inc.", mcc: "310", mnc: "260" },
  MX: { fixed: "Telmex", mobile: "Telcel", mcc: "334", mnc: "020" },
  GB: { fixed: "BT", mobile: "O2", mcc: "234", mnc: "10" },
};

/** A plausible carrier; fixed lines have no mobile network. */
function carrierOf({ e164, country }: ParsedNumber): JsonObject {
  const carrier = CARRIERS[country ?? ""] ?? {
    fixed: "Fixed Carrier",
    mobile: "Mobile Carrier",
    mcc: "901",
    mnc: "01",
  };
  const isMobile = lineType(e164) === "mobile";
  return {
    carrier_name: isMobile ? carrier.mobile : carrier.fixed,
    mobile_country_code: isMobile ? carrier.mcc : null,
    mobile_network_code: isMobile ? carrier.mnc : null,
  };
}
