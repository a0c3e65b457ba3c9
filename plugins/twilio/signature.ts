/**
 * Twilio's request signature: HMAC-SHA1, keyed with the account's auth token, over the URL as configured at Twilio
 * followed by every form parameter.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { parse, stringify } from "node:querystring";

export type SignedParams = Readonly<Record<string, string | readonly string[]>>;

export interface SignedRequest {
  /** Auth tokens that may have signed; several while one is being rotated. API key secrets never sign. */
  readonly tokens: readonly string[];
  /** The `X-Twilio-Signature` header. */
  readonly signature: string | undefined;
  /** The public URL Twilio was told to call, query included; never rebuilt from the request's Host. */
  readonly url: string;
  /** Decoded form parameters of a POST; `{}` for GET and WebSocket handshakes. */
  readonly params: SignedParams;
  /** Needed for bodies that are not forms. */
  readonly rawBody?: Uint8Array | string;
  readonly contentType?: string;
}

/** True when one of the tokens signed this request, under any of the URL's spellings. Constant time per comparison; never throws. */
export function verifyTwilioSignature(request: SignedRequest): boolean {
  const { signature, tokens } = request;
  const params = coveredParams(request);
  if (!signature || params === null) return false;
  const candidates = urlCandidates(request.url);
  return tokens.some(
    (token) =>
      token !== "" && candidates.some((url) => sameText(signature, expectedSignature(token, url, params))),
  );
}

/** The signature Twilio sends for this URL and these parameters (28 characters of base64). A repeated name counts each distinct value once. */
export function expectedSignature(token: string, url: string, params: SignedParams): string {
  const text = Object.keys(params)
    .sort()
    .reduce((signed, name) => signed + namedValues(name, params[name] ?? ""), url);
  return createHmac("sha1", token).update(text, "utf8").digest("base64");
}

/**
 * Every spelling of `url` that Twilio may have signed, likeliest first: with and without port, as it stands, as
 * `new URL()` writes it and with the legacy query encoding. The fragment is dropped: it holds connection overrides and
 * is never sent. WebSocket URLs are also tried as https/http and with or without trailing slash.
 */
export function urlCandidates(url: string): string[] {
  const plain = url.split("#", 1)[0] ?? "";
  const spellings = webSocketSpellings(plain).flatMap(portSpellings);
  const normalised = spellings.flatMap((one) => (URL.canParse(one) ? portSpellings(new URL(one).href) : []));
  return [...new Set([...spellings, ...normalised, ...normalised.map(legacyQuery)])];
}

/** The parameters the signature covers: none for a body that is covered by its hash. Null when that hash does not match. */
function coveredParams(request: SignedRequest): SignedParams | null {
  const hash = bodyHashOf(request.url);
  if (hash === null || isForm(request.contentType)) return request.params;
  const actual = createHash("sha256")
    .update(request.rawBody ?? "")
    .digest("hex");
  return sameText(hash, actual) ? {} : null;
}

function bodyHashOf(url: string): string | null {
  const query = url.split("#", 1)[0]?.split("?").slice(1).join("?") ?? "";
  return new URLSearchParams(query).get("bodySHA256");
}

function isForm(contentType: string | undefined): boolean {
  return (contentType ?? "").trim().toLowerCase().startsWith("application/x-www-form-urlencoded");
}

function namedValues(name: string, value: string | readonly string[]): string {
  if (typeof value === "string") return name + value;
  return [...new Set(value)]
    .sort()
    .map((one) => name + one)
    .join("");
}

function webSocketSpellings(url: string): string[] {
  const match = /^ws(s?):\/\//i.exec(url);
  if (!match) return [url];
  const asHttp = `http${match[1]}://${url.slice(match[0].length)}`;
  return [url, asHttp].flatMap((one) => [one, toggleTrailingSlash(one)]);
}

function toggleTrailingSlash(url: string): string {
  const [path = "", ...query] = url.split("?");
  const toggled = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
  return [toggled, ...query].join("?");
}

function portSpellings(url: string): string[] {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?]*@)?(\[[^\]]*\]|[^/?:]*)(:\d*)?(.*)$/is.exec(url);
  if (!match) return [url];
  const [, scheme = "", userInfo = "", host = "", port, rest = ""] = match;
  const standard = /^(https|wss)$/i.test(scheme) ? ":443" : ":80";
  const start = `${scheme}://${userInfo}${host}`;
  return [start + rest, start + (port ?? standard) + rest];
}

function legacyQuery(url: string): string {
  const start = url.indexOf("?");
  if (start === -1 || start === url.length - 1) return url;
  return `${url.slice(0, start)}?${stringify(parse(url.slice(start + 1)))}`;
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
