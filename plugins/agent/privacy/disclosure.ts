import type { AgentSettings } from "../../../engine/plugin-api.ts";

type Line = Readonly<Record<"es" | "en", string>>;

const AI: Line = {
  es: "Le atiende un asistente virtual con inteligencia artificial.",
  en: "You are talking to a virtual assistant that uses artificial intelligence.",
};
const RECORDING: Line = {
  es: "Esta conversación puede quedar grabada.",
  en: "This conversation may be recorded.",
};

/** What people have to be told first, by country. A start for tenants, who answer for it and may say it in their words. */
interface Duty {
  readonly countries: readonly string[];
  readonly ai?: Line;
  readonly recording?: Line;
}

const DUTIES: readonly Duty[] = [
  // AI Act, article 50; and people are told that they are recorded.
  {
    countries: [
      ...["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"],
      ...["IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"],
    ],
    ai: AI,
    recording: RECORDING,
  },
  // Some of its states ask for both, and a number does not say in which of them somebody is.
  { countries: ["US"], ai: AI, recording: RECORDING },
];

export interface Opening {
  readonly settings: Pick<AgentSettings, "disclosure" | "disclosures">;
  /** Of the person, by their number; null: nobody knows. */
  readonly country: string | null;
  readonly language: string;
  readonly isRecorded: boolean;
}

/**
 * The first sentence of a conversation, or "" where nothing has to be said. The tenant's words for the country come before its
 * words for all, and both before ours.
 */
export function disclosureFor({ settings, country, language, isRecorded }: Opening): string {
  const own = (country === null ? undefined : settings.disclosures?.[country]) ?? settings.disclosure;
  if (own !== undefined && own.trim() !== "") return own.trim();
  const duty = DUTIES.find(({ countries }) => country !== null && countries.includes(country));
  const lines = [duty?.ai, isRecorded ? duty?.recording : undefined];
  const spoken = /^en(-|_|$)/i.test(language) ? "en" : "es";
  return lines.flatMap((line) => (line ? [line[spoken]] : [])).join(" ");
}
