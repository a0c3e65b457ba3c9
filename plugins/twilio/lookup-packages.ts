import { type Static, Type } from "../../engine/plugin-api.ts";
import { meaningOf } from "./error-codes.ts";
import { es } from "./spanish.ts";

/** What Lookup v2 can be asked beside how a number is written, which is free. Each is charged. */
export const PACKAGES = [
  "line_type_intelligence",
  "caller_name",
  "line_status",
  "sim_swap",
  "call_forwarding",
  "identity_match",
  "reassigned_number",
  "sms_pumping_risk",
  "phone_number_quality_score",
  "pre_fill",
] as const;
export type Package = (typeof PACKAGES)[number];

// Twilio bills each package by itself; one credit of the meter `lookup` is one of them.
const CREDITS_PER_PACKAGE = 1;

/** Credits these packages cost; none for formatting alone. */
export function creditsOf(packages: readonly Package[]): number {
  return packages.length * CREDITS_PER_PACKAGE;
}

const text = (title: string, spanish: string) =>
  Type.Union([Type.String(), Type.Null()], { title, ...es(spanish) });
const flag = (title: string, spanish: string) =>
  Type.Union([Type.Boolean(), Type.Null()], { title, ...es(spanish) });
const score = (title: string, spanish: string) =>
  Type.Union([Type.Number(), Type.Null()], { title, ...es(spanish) });

/** What the packages know; null where one was not asked, or knows nothing. */
export const PackageOutputs = {
  lineType: Type.Union([Type.String(), Type.Null()], {
    title: "Kind of line",
    description:
      "mobile, landline, fixedVoip, nonFixedVoip, tollFree, personal, premium, voicemail, sharedCost, uan, pager, unknown.",
    ...es("Tipo de línea"),
  }),
  carrier: text("Carrier", "Operador"),
  mobileCountryCode: text("Mobile country code", "Código móvil del país"),
  mobileNetworkCode: text("Mobile network code", "Código de la red móvil"),
  callerName: text("Caller's name", "Nombre de quien llama"),
  callerType: text("Business or consumer", "Empresa o particular"),
  lineStatus: text("Line status", "Estado de la línea"),
  simSwapped: flag("SIM changed lately", "SIM cambiada hace poco"),
  simSwapPeriod: text("Within", "En el periodo"),
  lastSimSwapAt: text("SIM last changed", "Último cambio de SIM"),
  callForwarding: flag("Calls are forwarded", "Llamadas desviadas"),
  identityScore: score("Identity score (0–100)", "Coincidencia de identidad (0–100)"),
  identity: Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()], {
    title: "Identity, field by field",
    description: "exact_match, high_partial_match, no_match or no_data_available.",
    ...es("Identidad, dato a dato", "exact_match, high_partial_match, no_match o no_data_available."),
  }),
  reassigned: Type.Union([Type.String(), Type.Null()], {
    title: "Has a new owner",
    description: "yes, no or no_data_available.",
    ...es("Tiene otro dueño", "yes, no o no_data_available."),
  }),
  pumpingRisk: score("Risk of SMS pumping (0–100)", "Riesgo de fraude por SMS (0–100)"),
  pumpingBlocked: flag("Blocked as fraud", "Bloqueado por fraude"),
  faults: Type.Array(
    Type.Object({ package: Type.String(), vendorCode: Type.String(), message: Type.String() }),
    {
      title: "What could not be asked",
      description: "Packages Twilio did not answer, with its reason.",
      ...es("Lo que no se pudo consultar", "Consultas que Twilio no respondió, con su motivo."),
    },
  ),
};

const PackageData = Type.Object(PackageOutputs);
export type PackageData = Static<typeof PackageData>;

/** The answer's packages, as the SDK gives them. Shapes are read, not trusted: two of them are typed `any`. */
export function readPackages(found: object, asked: readonly Package[], spanish: boolean): PackageData {
  const of = (name: string) => objectOf(Reflect.get(found, name));
  const [line, caller, sim, risk] = [
    of("lineTypeIntelligence"),
    of("callerName"),
    of("simSwap"),
    of("smsPumpingRisk"),
  ];
  const swap = objectOf(sim.lastSimSwap ?? sim.last_sim_swap);
  const { summaryScore, summary_score, ...matches } = of("identityMatch");
  return {
    lineType: textOf(line.type),
    carrier: textOf(line.carrierName ?? line.carrier_name),
    mobileCountryCode: textOf(line.mobileCountryCode ?? line.mobile_country_code),
    mobileNetworkCode: textOf(line.mobileNetworkCode ?? line.mobile_network_code),
    callerName: textOf(caller.callerName ?? caller.caller_name),
    callerType: textOf(caller.callerType ?? caller.caller_type),
    lineStatus: textOf(of("lineStatus").status),
    simSwapped: flagOf(swap.swappedInPeriod ?? swap.swapped_in_period),
    simSwapPeriod: textOf(swap.swappedPeriod ?? swap.swapped_period),
    lastSimSwapAt: momentOf(swap.lastSimSwapDate ?? swap.last_sim_swap_date),
    callForwarding: flagOf(
      of("callForwarding").callForwardingEnabled ?? of("callForwarding").call_forwarding_enabled,
    ),
    identityScore: numberOf(summaryScore ?? summary_score),
    identity: asked.includes("identity_match") ? matchesOf(matches) : null,
    reassigned: textOf(
      of("reassignedNumber").isNumberReassigned ?? of("reassignedNumber").is_number_reassigned,
    ),
    pumpingRisk: numberOf(risk.smsPumpingRiskScore ?? risk.sms_pumping_risk_score),
    pumpingBlocked: flagOf(risk.numberBlocked ?? risk.number_blocked),
    faults: asked.flatMap((name) => faultOf(name, of(camelCase(name)), spanish)),
  };
}

/** A package fails inside the answer: the lookup itself is still 200. */
function faultOf(name: Package, answer: Record<string, unknown>, spanish: boolean) {
  const code = answer.errorCode ?? answer.error_code;
  if (code === null || code === undefined) return [];
  const meaning = meaningOf(String(code));
  const message = (spanish ? meaning?.es : meaning?.en) ?? `Twilio ${String(code)}`;
  return [{ package: name, vendorCode: String(code), message }];
}

/** `firstNameMatch: "exact_match"` → `first_name: "exact_match"`. */
function matchesOf(matches: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(matches).flatMap(([name, value]) => {
      const field = /^(.*?)_?match$/i.exec(name)?.[1];
      if (field === undefined || typeof value !== "string") return [];
      return [[field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]];
    }),
  );
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function flagOf(value: unknown): boolean | null {
  return typeof value === "boolean" ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function momentOf(value: unknown): string | null {
  return value instanceof Date ? value.toISOString() : textOf(value);
}
