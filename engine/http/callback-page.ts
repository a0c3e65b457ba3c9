import type { HttpAnswer } from "../plugin-api.ts";

type Locale = "en" | "es";

const WORDS = {
  ask: { en: "Please confirm", es: "Por favor, confirme" },
  button: { en: "Confirm", es: "Confirmar" },
  thanks: { en: "Thank you. You can close this page.", es: "Gracias. Ya puede cerrar esta página." },
} as const;

// The button sends the form to this very address, and nothing else is allowed.
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";
const STYLE =
  ":root{color-scheme:light dark;font:18px/1.5 system-ui,sans-serif}body{display:grid;min-height:90vh;place-content:center;text-align:center}button{font:inherit;padding:.6rem 1.6rem}";

/** Asks whoever opened the address to confirm: programs that preview links open it, too, but press nothing. */
export function confirmPage(locale: Locale): HttpAnswer {
  const form = `<form method="post"><button>${WORDS.button[locale]}</button></form>`;
  return page(200, locale, `<h1>${WORDS.ask[locale]}</h1>${form}`);
}

/** For people; programs get JSON. */
export function thanksPage(locale: Locale): HttpAnswer {
  return page(202, locale, `<p>${WORDS.thanks[locale]}</p>`);
}

function page(status: number, locale: Locale, body: string): HttpAnswer {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${WORDS.ask[locale]}</title><style>${STYLE}</style>`;
  return {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": POLICY,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
    },
    body: `<!doctype html><html lang="${locale}"><head>${head}</head><body>${body}</body></html>`,
  };
}
