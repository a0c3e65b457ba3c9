import { describe, expect, test } from "vitest";
import { isOwnOrigin } from "../../../engine/http/own-origin.ts";
import { hashPassword, isPassword } from "../../../engine/http/passwords.ts";
import { endedCookie, newToken, sessionCookie, tokenIn } from "../../../engine/http/session-cookie.ts";
import { networkOf } from "../../../engine/http/sign-in-limits.ts";

const PUBLIC = "https://calls.example.com";

describe("the cookie", () => {
  test("is kept to https where we are reached by https", () => {
    expect(sessionCookie("t", PUBLIC)).toBe(
      "centralita_session=t; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax; Secure",
    );
    expect(endedCookie(PUBLIC)).toMatch(/^centralita_session=; Max-Age=0; .*; Secure$/);
    expect(sessionCookie("t", "http://127.0.0.1:3000")).not.toContain("Secure");
  });

  test("is found among others, and is one of ours or none", () => {
    const token = newToken();
    expect(tokenIn(`theme=dark; centralita_session=${token}; lang=es`)).toBe(token);
    expect(tokenIn(`centralita_session=${token}`)).toBe(token);
    for (const header of [
      undefined,
      "",
      "theme=dark",
      `x_centralita_session=${token}`,
      `centralita_session=${token}x`,
      `centralita_session="${token}"`,
    ])
      expect(tokenIn(header), header).toBeNull();
  });

  test("is another each time", () => {
    expect(new Set(Array.from({ length: 100 }, newToken)).size).toBe(100);
  });
});

describe("where a request comes from", () => {
  test.each<[Record<string, string>, boolean | null]>([
    [{ "sec-fetch-site": "same-origin" }, true],
    [{ "sec-fetch-site": "same-site" }, false],
    [{ "sec-fetch-site": "cross-site", origin: PUBLIC }, false],
    [{ "sec-fetch-site": "none" }, false],
    [{ origin: PUBLIC }, true],
    [{ origin: "http://calls.example.com" }, false],
    [{ origin: "http://localhost:3000", host: "localhost:3000" }, true],
    [{ origin: "http://localhost:3001", host: "localhost:3000" }, false],
    [{ origin: "https://calls.example.com.evil.example", host: "calls.example.com" }, false],
    [{ origin: "null", host: "null" }, false],
    [{ host: "calls.example.com" }, null],
  ])("%j", (headers, own) => {
    expect(isOwnOrigin(headers, PUBLIC)).toBe(own);
  });
});

describe("a password", () => {
  test("is kept as a PHC string of argon2id, another each time", async () => {
    const [one, two] = await Promise.all([hashPassword("niño"), hashPassword("niño")]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await isPassword("niño", one)).toBe(true);
    expect(await isPassword("niño".normalize("NFD"), one)).toBe(true);
    expect(await isPassword("nino", one)).toBe(false);
  });

  test("made at another cost still counts", async () => {
    // From the reference implementation: echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1 -l 32
    const hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    expect(await isPassword("password", hash)).toBe(true);
    expect(await isPassword("passwort", hash)).toBe(false);
  });

  test.each([null, "", "password", "$argon2id$v=19$m=1,t=1,p=1$$", "$2b$10$abc"])(
    "is never right where %j is kept",
    async (hash) => {
      expect(await isPassword("password", hash)).toBe(false);
      expect(await isPassword("", hash)).toBe(false);
    },
  );
});

test.each([
  ["203.0.113.9", "203.0.113.9"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:db8::9", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["", ""],
])("the neighbours of %j are limited as %j", (ip, network) => {
  expect(networkOf(ip)).toBe(network);
});
