/** The language of ours that the caller likes best; English where it names neither. */
export function languageOf(acceptLanguage: string | undefined): "en" | "es" {
  let best: { readonly language: "en" | "es"; readonly weight: number } = { language: "en", weight: 0 };
  for (const range of (acceptLanguage ?? "").split(",")) {
    const [tag = "", ...options] = range
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const language = tag.split("-", 1)[0];
    const weight = weightOf(options);
    if ((language === "en" || language === "es") && weight > best.weight) best = { language, weight };
  }
  return best.language;
}

function weightOf(options: readonly string[]): number {
  const quality = options.find((option) => option.startsWith("q="));
  const weight = quality === undefined ? 1 : Number(quality.slice(2));
  return Number.isFinite(weight) ? weight : 0;
}
