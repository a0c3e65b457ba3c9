import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  expectedSignature,
  type SignedParams,
  urlCandidates,
  verifyTwilioSignature,
} from "../../../plugins/twilio/signature.ts";
import vectors from "../../vectors/twilio-signature.json" with { type: "json" };

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly token: string;
  readonly url: string;
  readonly params?: SignedParams;
  readonly rawBody?: string;
  readonly signature: string;
}

const signatures: readonly Vector[] = vectors.signature.map((vector) => ({
  ...vector,
  params: definedParams(vector.params),
}));
const url = "https://mycompany.com/myapp.php?foo=1&bar=2";
const params = { CallSid: "CA1", From: "+14158675309", Body: "" };
const form = "application/x-www-form-urlencoded; charset=UTF-8";

// Where this verifier takes more than the SDK does, and why.
const MORE_LENIENT = new Map([
  ["fragment kept by receiver", "a fragment is never part of the signature"],
  ["wss signed with 443, received without", "443 is the standard port of wss"],
  ["wss signed as https", "WebSocket handshakes may be signed as https"],
]);

describe("vectors of the SDK", () => {
  test.each(signatures.filter((vector) => vector.kind === "sign"))("form or GET: $id", (vector) => {
    const { token, signature, params = {} } = vector;
    expect(expectedSignature(token, vector.url, params)).toBe(signature);
    expect(verifyTwilioSignature({ tokens: [token], signature, url: vector.url, params })).toBe(true);
  });

  test.each(signatures.filter((vector) => vector.kind === "json"))("JSON body: $id", (vector) => {
    const request = {
      tokens: [vector.token],
      signature: vector.signature,
      url: vector.url,
      params: {},
      contentType: "application/json",
    };
    expect(verifyTwilioSignature({ ...request, rawBody: Buffer.from(vector.rawBody ?? "") })).toBe(true);
    expect(verifyTwilioSignature({ ...request, rawBody: `${vector.rawBody} ` })).toBe(false);
    expect(verifyTwilioSignature(request)).toBe(false);
  });

  test.each(vectors.crossChecks)("URL variants: $id", (check) => {
    const signature = expectedSignature("12345", check.signedOver, params);
    const valid = verifyTwilioSignature({ tokens: ["12345"], signature, url: check.validatedAs, params });
    expect(valid).toBe(check.ok || MORE_LENIENT.has(check.id));
  });
});

describe("verifyTwilioSignature", () => {
  const signature = expectedSignature("secret", url, params);
  const request = { tokens: ["secret"], signature, url, params, contentType: form };

  test("takes a request signed with the token", () => {
    expect(verifyTwilioSignature(request)).toBe(true);
  });

  test("refuses a wrong token, no token and an empty token", () => {
    expect(verifyTwilioSignature({ ...request, tokens: ["other"] })).toBe(false);
    expect(verifyTwilioSignature({ ...request, tokens: [] })).toBe(false);
    const unsigned = expectedSignature("", url, params);
    expect(verifyTwilioSignature({ ...request, tokens: [""], signature: unsigned })).toBe(false);
  });

  test("refuses a changed, added or missing parameter", () => {
    for (const tampered of [
      { ...params, From: "+14150000000" },
      { ...params, Extra: "1" },
      { CallSid: "CA1" },
    ])
      expect(verifyTwilioSignature({ ...request, params: tampered })).toBe(false);
  });

  test("refuses a changed query or path", () => {
    expect(verifyTwilioSignature({ ...request, url: `${url}&x=1` })).toBe(false);
    expect(verifyTwilioSignature({ ...request, url: url.replace("myapp", "other") })).toBe(false);
  });

  test("takes either token while one is being rotated", () => {
    expect(verifyTwilioSignature({ ...request, tokens: ["new", "secret"] })).toBe(true);
    expect(verifyTwilioSignature({ ...request, tokens: ["secret", "new"] })).toBe(true);
  });

  test("refuses a missing, empty or odd signature without throwing", () => {
    for (const odd of [undefined, "", "x", `${signature}=`, "ñandú".repeat(6)])
      expect(verifyTwilioSignature({ ...request, signature: odd })).toBe(false);
  });

  test("covers each distinct value of a repeated name once, in any order", () => {
    const one = expectedSignature("secret", url, { MediaUrl: ["b", "a", "a"] });
    expect(expectedSignature("secret", url, { MediaUrl: ["a", "b"] })).toBe(one);
    expect(expectedSignature("secret", url, { MediaUrl: ["a"] })).not.toBe(one);
  });

  test("a form with bodySHA256 in its query still has its parameters covered", () => {
    const body = "Body=evil";
    const hash = createHash("sha256").update(body).digest("hex");
    const hashed = `${url}&bodySHA256=${hash}`;
    const overUrlOnly = expectedSignature("secret", hashed, {});
    const forged = {
      ...request,
      url: hashed,
      signature: overUrlOnly,
      params: { Body: "evil" },
      rawBody: body,
    };
    expect(verifyTwilioSignature(forged)).toBe(false);
    expect(verifyTwilioSignature({ ...forged, contentType: "application/json" })).toBe(true);
    const overForm = expectedSignature("secret", hashed, { Body: "evil" });
    expect(verifyTwilioSignature({ ...forged, signature: overForm })).toBe(true);
  });

  test("an odd URL is refused, not thrown at", () => {
    expect(verifyTwilioSignature({ ...request, url: "not a url" })).toBe(false);
  });
});

describe("urlCandidates", () => {
  test("adds and removes the port, keeps the rest as it was written", () => {
    expect(urlCandidates("https://h.test/p?q=It's+on#rc=3")).toEqual([
      "https://h.test/p?q=It's+on",
      "https://h.test:443/p?q=It's+on",
      "https://h.test/p?q=It%27s+on",
      "https://h.test:443/p?q=It%27s+on",
      "https://h.test/p?q=It's%20on",
      "https://h.test:443/p?q=It's%20on",
    ]);
  });

  test("keeps user names and IPv6 hosts whole", () => {
    expect(urlCandidates("http://user:pass@[::1]:8080/p")).toContain("http://user:pass@[::1]/p");
    expect(urlCandidates("http://[::1]/p")).toContain("http://[::1]:80/p");
  });

  test("tries WebSocket URLs as https and with the other trailing slash", () => {
    const candidates = urlCandidates("wss://h.test/relay?x=1");
    for (const one of [
      "wss://h.test/relay?x=1",
      "https://h.test/relay?x=1",
      "wss://h.test/relay/?x=1",
      "https://h.test/relay/?x=1",
    ])
      expect(candidates).toContain(one);
    expect(urlCandidates("https://h.test/relay")).not.toContain("https://h.test/relay/");
  });
});

function definedParams(
  params: Readonly<Record<string, string | string[] | undefined>> | undefined,
): SignedParams {
  const entries = Object.entries(params ?? {});
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
