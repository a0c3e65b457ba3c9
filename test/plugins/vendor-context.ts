import { request } from "undici";
import {
  AppError,
  type GuardedDownload,
  type JsonObject,
  type TemplateToSubmit,
  type VendorContext,
} from "../../engine/plugin-api.ts";

/** What an adapter gets, without the guards. */
export function vendorContext(credential: JsonObject): VendorContext {
  const { signal } = new AbortController();
  const log = { info() {}, warn() {}, error() {} };
  const fetch: VendorContext["fetch"] = async (url, init) => {
    const { bytes, ...answer } = await download(url, init);
    return { ...answer, text: bytes.toString("utf8") };
  };
  return { signal, log, fetch, download, credential };
}

const download: GuardedDownload = async (url, { method = "GET", headers = {}, body } = {}) => {
  const answer = await request(url, { method: method as "GET", headers, body: body ?? null }).catch(
    (error: unknown) => {
      throw new AppError("FETCH_FAILED", `fetch ${url} failed`, { phase: "connect" }, error);
    },
  );
  const { location } = answer.headers;
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  if (answer.statusCode === 307 && typeof location === "string") return download(location, {});
  const named = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const);
  return { status: answer.statusCode, headers: Object.fromEntries(named), bytes };
};

/** A reservation with a variable in its body and buttons. */
export function reservation(given: Partial<TemplateToSubmit> = {}): TemplateToSubmit {
  return {
    name: "reserva_1a2b3c4d",
    language: "es",
    category: "utility",
    content: {
      body: "Hola {{ nombre }}, tu reserva {{ codigo }} está confirmada para mañana por la noche.",
      footer: "La Espiga",
      buttons: [
        { type: "quick_reply", text: "Confirmar", payload: "ok:{{ codigo }}" },
        { type: "url", text: "Ver", url: "https://h.test/{{ codigo }}" },
      ],
    },
    variables: [
      { name: "nombre", example: "Lucía" },
      { name: "codigo", example: "R-1" },
    ],
    sample: null,
    known: null,
    ...given,
  };
}
