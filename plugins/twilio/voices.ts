import { SAY_LANGUAGES } from "./languages.ts";
import { VOICE_NAMES } from "./voice-names.ts";

/** A voice of Twilio and the language it speaks. */
export interface Voice {
  readonly voice: string;
  readonly language: string;
}

/**
 * The voice for a locale: `es` with country ES → Lucía from Spain, `es-CO` → Mía from Mexico, an unknown one → US English.
 * `country` (ISO 3166) counts where the locale names none.
 */
export function voiceFor(locale: string, country: string | null = null): Voice {
  const { language, region } = partsOf(locale, country);
  const voices = VOICES[language];
  if (!voices) return googleVoice(language, region) ?? ENGLISH.otherwise;
  return (region === null ? undefined : voices.byRegion[region]) ?? voices.otherwise;
}

/** The language Twilio listens for: `es` with country CO → `es-CO`; without a region it knows, that of the voice. */
export function listeningLanguage(locale: string, country: string | null = null): string {
  const { language, region } = partsOf(locale, country);
  if (region !== null && HEARD[language]?.has(region)) return `${language}-${region}`;
  return voiceFor(locale, country).language;
}

/** Whether anybody at Twilio speaks it: `es-CO` and `fi` yes, `xx-YY` no. */
export function isSpoken(locale: string): boolean {
  const { language } = partsOf(locale, null);
  return VOICES[language] !== undefined || googleVoice(language, null) !== null;
}

/** The languages not listed below are spoken by Google: the first voice of the best family. */
function googleVoice(language: string, region: string | null): Voice | null {
  const spoken = SAY_LANGUAGES.filter((one) => one.startsWith(`${language}-`));
  const chosen = spoken.find((one) => one === `${language}-${region}`) ?? spoken[0];
  if (chosen === undefined) return null;
  const named = ["Wavenet-A", "Standard-A"].map((name) => `Google.${chosen}-${name}`);
  const voice = named.find((name) => VOICE_NAMES.has(name));
  return voice === undefined ? null : { voice, language: chosen };
}

interface VoicesOfLanguage {
  readonly byRegion: Readonly<Record<string, Voice>>;
  readonly otherwise: Voice;
}

const voice = (name: string, language: string): Voice => ({ voice: `Polly.${name}-Neural`, language });

const ENGLISH: VoicesOfLanguage = {
  byRegion: {
    AU: voice("Olivia", "en-AU"),
    GB: voice("Amy", "en-GB"),
    IE: voice("Niamh", "en-IE"),
    IN: voice("Kajal", "en-IN"),
    NZ: voice("Aria", "en-NZ"),
    ZA: voice("Ayanda", "en-ZA"),
  },
  otherwise: voice("Joanna", "en-US"),
};

const VOICES: Readonly<Record<string, VoicesOfLanguage>> = {
  en: ENGLISH,
  es: {
    byRegion: { ES: voice("Lucia", "es-ES"), US: voice("Lupe", "es-US"), PR: voice("Lupe", "es-US") },
    otherwise: voice("Mia", "es-MX"),
  },
  pt: { byRegion: { PT: voice("Ines", "pt-PT") }, otherwise: voice("Camila", "pt-BR") },
  fr: { byRegion: { CA: voice("Gabrielle", "fr-CA") }, otherwise: voice("Lea", "fr-FR") },
  de: { byRegion: {}, otherwise: voice("Vicki", "de-DE") },
  it: { byRegion: {}, otherwise: voice("Bianca", "it-IT") },
  ca: { byRegion: {}, otherwise: voice("Arlet", "ca-ES") },
};

const regions = (list: string): ReadonlySet<string> => new Set(list.split(" "));

/** Regions whose way of speaking Twilio's speech recognition knows. */
const HEARD: Readonly<Record<string, ReadonlySet<string>>> = {
  en: regions("AU CA GB GH IE IN KE NG NZ PH SG TZ US ZA"),
  es: regions("AR BO CL CO CR DO EC ES GT HN MX NI PA PE PR PY SV US UY VE"),
  pt: regions("BR PT"),
  fr: regions("CA FR"),
};

function partsOf(locale: string, country: string | null): { language: string; region: string | null } {
  const [language = "", ...rest] = locale.split(/[-_]/);
  const region = rest.find((part) => /^[A-Za-z]{2}$/.test(part)) ?? country;
  return { language: language.toLowerCase(), region: region?.toUpperCase() ?? null };
}
