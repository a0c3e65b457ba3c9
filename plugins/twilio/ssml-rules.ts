import { SSML_LANGUAGES } from "./languages.ts";

type Values = readonly string[] | RegExp;

/** What one SSML element may carry, and what it must. */
export interface SsmlRule {
  readonly attributes: Readonly<Record<string, Values>>;
  readonly required: readonly string[];
}

const words = (list: string): readonly string[] => list.split(" ");
const ANYTHING = /./s;

/** The elements Twilio speaks inside a Say. */
export const SSML_RULES: Readonly<Record<string, SsmlRule>> = {
  break: rule({
    strength: words("none x-weak weak medium strong x-strong"),
    time: /^\d+(\.\d+)?(s|ms)$/,
  }),
  emphasis: rule({ level: words("strong moderate reduced") }),
  lang: rule({ "xml:lang": SSML_LANGUAGES }, "xml:lang"),
  p: rule({}),
  phoneme: rule(
    {
      alphabet: words("ipa x-sampa x-amazon-jyutping x-amazon-pinyin x-amazon-pron-kana x-amazon-yomigana"),
      ph: ANYTHING,
    },
    "ph",
  ),
  prosody: rule({ volume: ANYTHING, rate: ANYTHING, pitch: ANYTHING }),
  s: rule({}),
  "say-as": rule(
    {
      "interpret-as": words(
        "characters spell-out cardinal number ordinal digits fraction unit date time address expletive telephone",
      ),
      format: words("mdy dmy ymd md dm ym my d m y yyyymmdd"),
    },
    "interpret-as",
  ),
  sub: rule({ alias: ANYTHING }, "alias"),
  w: rule({ role: ANYTHING }),
};

function rule(attributes: SsmlRule["attributes"], ...required: string[]): SsmlRule {
  return { attributes, required };
}

/** Whether an attribute may have this value. */
export function fits(values: Values, value: string): boolean {
  return values instanceof RegExp ? values.test(value) : values.includes(value);
}

/** What an attribute may be, in words. */
export function valuesInWords(values: Values): string {
  if (!(values instanceof RegExp)) return values.join(", ");
  return values === ANYTHING ? "…" : "1s, 500ms";
}
