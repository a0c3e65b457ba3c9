import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { Locale } from "../words/words.ts";

interface Preferences {
  /** Null: as the browser asks for. */
  readonly locale: Locale | null;
  /** The first-run tour was seen or sent away. */
  readonly toured: boolean;
}

/** What a person chose on this device. */
export const usePreferences = create<Preferences>()(
  persist((): Preferences => ({ locale: null, toured: false }), { name: "centralita.preferences" }),
);

export function chosenLocale({ locale }: Preferences): Locale {
  return locale ?? (navigator.language.toLowerCase().startsWith("en") ? "en" : "es");
}
