import { describe, expect, test } from "vitest";
import { isSigned, sameSecret, signatureOf } from "../../../../plugins/meta/wire/signature.ts";

const EMPTY = '{"object":"whatsapp_business_account","entry":[]}';
const SPACED = '{"object": "whatsapp_business_account", "entry": []}';
const escaped = (letter: string) =>
  `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"text":"h${letter}llo"}}]}]}`;

const VECTORS = [
  ["test_app_secret", EMPTY, "dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756"],
  ["test_app_secret", SPACED, "56cbbaf4961c6cfdae48b7f116c047e5eb513d2c931baae63a2bc1afd26f803a"],
  ["otro_secreto", EMPTY, "769b03d8c2ae6498f2d1e1f7299c0ba55448c69d741e7b0bb243d852d8a8d8c7"],
  ["test_app_secret", escaped("\\u00e9"), "3b44e42da182bc7c9e4eafa9bcc8ca5152f1d419ef39872681af88d5e48a1b3f"],
  ["test_app_secret", escaped("é"), "421cfb8e290c4df29f51927f38a0267f6481bc9bf88b3d69767f2d520fac2857"],
] as const;

describe("X-Hub-Signature-256", () => {
  test.each(VECTORS)("signed with %s: %s", (secret, body, hex) => {
    expect(signatureOf(secret, body)).toBe(`sha256=${hex}`);
    expect(isSigned(`sha256=${hex}`, Buffer.from(body), [secret])).toBe(true);
  });

  test("any of several secrets may have signed", () => {
    const header = signatureOf("old", EMPTY);
    expect(isSigned(header, Buffer.from(EMPTY), ["new", "old"])).toBe(true);
    expect(isSigned(header, Buffer.from(EMPTY), ["new"])).toBe(false);
    expect(isSigned(header, Buffer.from(EMPTY), [])).toBe(false);
  });

  test("one changed byte is noticed", () => {
    expect(isSigned(signatureOf("s", EMPTY), Buffer.from(SPACED), ["s"])).toBe(false);
  });

  test.each([undefined, "", "sha256=", "sha256=abc", `sha1=${"0".repeat(64)}`, `sha256=${"z".repeat(64)}`])(
    "%s is no signature",
    (header) => expect(isSigned(header, Buffer.from(EMPTY), ["test_app_secret"])).toBe(false),
  );

  test("secrets of any length can be compared", () => {
    expect(sameSecret("abc", "abc")).toBe(true);
    expect(sameSecret("abc", "abcd")).toBe(false);
  });
});
