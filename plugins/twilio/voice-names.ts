/**
 * Every voice Twilio speaks with, as its SDK lists them; `test/plugins/twilio/voices.test.ts` compares. Google's by language:
 * `c` the eight Chirp 3 voices, then the letters of Neural2 (n), Standard (s) and Wavenet (w).
 */
const GOOGLE: Readonly<Record<string, string>> = {
  "af-ZA": "sA",
  "am-ET": "sAB wAB",
  "ar-XA": "c sABCD wABCD",
  "bg-BG": "sAB",
  "bn-IN": "c sABCD wABCD",
  "ca-ES": "sAB",
  "cmn-CN": "c sABCD wABCD",
  "cmn-TW": "sABC wABC",
  "cs-CZ": "sAB wAB",
  "da-DK": "nDF sACDEFG wACDEFG",
  "de-DE": "c nABCDFGH sABCDEFGH wABCDEFGH",
  "el-GR": "sAB wAB",
  "en-AU": "c nABCD sABCD wABCD",
  "en-GB": "c nABCDFNO sABCDFNO wABCDFNO",
  "en-IN": "c nABCD sABCDEF wABCDEF",
  "en-US": "c nACDEFGHIJ sABCDEFGHIJ wABCDEFGHIJ",
  "es-ES": "c nABCDEFGH sABCDEFGH wBCDEFGH",
  "es-US": "c nABC sABC wABC",
  "eu-ES": "sAB",
  "fi-FI": "sAB wAB",
  "fil-ph": "nAD",
  "fil-PH": "sABCD wABCD",
  "fr-CA": "c nABCD sABCD wABCD",
  "fr-FR": "c nABCDEFG sABCDEFG wABCDEFG",
  "gl-ES": "sAB",
  "gu-IN": "c sABCD wABCD",
  "he-IL": "sABCD wABCD",
  "hi-IN": "c nABCD sABCDEF wABCDEF",
  "hu-HU": "sAB wA",
  "id-ID": "c sABCD wABCD",
  "is-IS": "sAB",
  "it-IT": "c nACF sABCDEF wABCDEF",
  "ja-JP": "c nBCD sABCD wABCD",
  "kn-IN": "c sABCD wABCD",
  "ko-KR": "c nABC sABCD wABCD",
  "lt-LT": "sAB",
  "lv-LV": "sAB",
  "ml-IN": "c sABCD wABCD",
  "mr-IN": "c sABC wABC",
  "ms-MY": "sABCD wABCD",
  "nb-NO": "sABCDEFG wABCDEFG",
  "nl-BE": "sABCD wABCD",
  "nl-NL": "c sABCDEFG wABCDEFG",
  "pa-IN": "sABCD wABCD",
  "pl-PL": "c sABCDEFG wABCDEFG",
  "pt-BR": "c nABC sABCDE wABCDE",
  "pt-PT": "sABCDEF wABCDEF",
  "ro-RO": "sAB wAB",
  "ru-RU": "c sABCDE wABCDE",
  "sk-SK": "sAB wAB",
  "sr-RS": "sA",
  "sv-SE": "sABCDEFG wABCDEFG",
  "ta-IN": "c sABCD wABCD",
  "te-IN": "c sABCD",
  "th-TH": "c nC sA",
  "tr-TR": "c sABCDE wABCDE",
  "uk-UA": "sA wA",
  "vi-VN": "c nAD sABCD wABCD",
  "yue-HK": "sABCD",
};

const CHIRP = "Aoede Charon Fenrir Kore Leda Orus Puck Zephyr".split(" ");
const GOOGLE_FAMILIES: Readonly<Record<string, string>> = { n: "Neural2", s: "Standard", w: "Wavenet" };

const POLLY: Readonly<Record<"" | "-Neural" | "-Generative", string>> = {
  "":
    "Aditi Amy Astrid Bianca Brian Camila Carla Carmen Celine Chantal Conchita Cristiano Dora " +
    "Emma Enrique Ewa Filiz Geraint Giorgio Gwyneth Hans Ines Ivy Jacek Jan Joanna Joey Justin " +
    "Karl Kendra Kevin Kimberly Lea Liv Lotte Lucia Lupe Mads Maja Marlene Mathieu Matthew Maxim " +
    "Mia Miguel Mizuki Naja Nicole Penelope Raveena Ricardo Ruben Russell Salli Seoyeon Takumi " +
    "Tatyana Vicki Vitoria Zeina Zhiyu",
  "-Neural":
    "Adriano Amy Andres Aria Arlet Arthur Ayanda Bianca Brian Burcu Camila Daniel Danielle Elin " +
    "Emma Gabrielle Gregory Hala Hannah Hiujin Ida Ines Isabelle Ivy Joanna Joey Justin Kajal " +
    "Kazuha Kendra Kevin Kimberly Laura Lea Liam Lisa Lucia Lupe Matthew Mia Niamh Ola Olivia " +
    "Pedro Remi Ruth Salli Seoyeon Sergio Sofie Stephen Suvi Takumi Thiago Tomoko Vicki Vitoria " +
    "Zayd Zhiyu",
  "-Generative":
    "Amy Andres Ayanda Bianca Daniel Danielle Joanna Kajal Lea Lucia Lupe Matthew Mía Olivia " +
    "Pedro Rémi Ruth Sergio Stephen Vicki",
};

export const VOICE_NAMES: ReadonlySet<string> = new Set([
  "man",
  "woman",
  "alice",
  ...Object.entries(POLLY).flatMap(([family, names]) =>
    names.split(" ").map((name) => `Polly.${name}${family}`),
  ),
  ...Object.entries(GOOGLE).flatMap(([language, families]) => googleVoices(language, families)),
]);

function googleVoices(language: string, families: string): string[] {
  return families.split(" ").flatMap((family) => {
    const [kind = "", ...letters] = family;
    if (kind === "c") return CHIRP.map((name) => `Google.${language}-Chirp3-HD-${name}`);
    return letters.map((letter) => `Google.${language}-${GOOGLE_FAMILIES[kind]}-${letter}`);
  });
}
