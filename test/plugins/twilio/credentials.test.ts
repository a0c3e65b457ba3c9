import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { toTwilioAccount } from "../../../plugins/twilio/account.ts";
import { createTwilioClients } from "../../../plugins/twilio/client.ts";
import credentials from "../../../plugins/twilio/credentials.ts";
import { ACCOUNT, emulated } from "./emulated.ts";

const { credential } = emulated();
const fetch = () => Promise.reject(new Error("not used"));
const token = () => {
  const { apiKeySid: _sid, apiKeySecret: _secret, ...account } = credential();
  return account;
};

describe("test", () => {
  test.each([
    ["active", true],
    ["suspended", false],
  ])("an account that is %s", async (status, ok) => {
    await using twilio = await accountServer({ sid: token().accountSid, friendly_name: "Hotel Sol", status });
    expect(await credentials.test({ ...token(), baseUrl: twilio.url }, { fetch })).toEqual({
      ok,
      message: `Twilio knows this account as "Hotel Sol"; it is ${status}.`,
    });
    expect(twilio.paths).toEqual([`/2010-04-01/Accounts/${ACCOUNT.accountSid}.json`]);
  });

  test("a wrong token, in words", async () => {
    expect(await credentials.test({ ...token(), authToken: "not-it" }, { fetch })).toEqual({
      ok: false,
      message: expect.stringContaining("check the account SID and the auth token"),
    });
  });

  test("a missing token", async () => {
    const { authToken: _token, ...rest } = token();
    expect(await credentials.test(rest, { fetch })).toEqual({
      ok: false,
      message: expect.stringContaining("lacks authToken"),
    });
  });

  test("nobody there", async () => {
    expect(await credentials.test({ ...token(), baseUrl: "http://127.0.0.1:9" }, { fetch })).toEqual({
      ok: false,
      message: "No answer from Twilio (ECONNREFUSED).",
    });
  });
});

test("secrets are marked as such", () => {
  const secrets = Object.entries(credentials.fields.properties)
    .filter(([, field]) => Reflect.get(field, "x-secret") === true)
    .map(([name]) => name);
  expect(secrets).toEqual(["authToken", "previousAuthToken", "apiKeySecret"]);
});

describe("clients", () => {
  test("the same account keeps its client, another has its own", async () => {
    const clientFor = createTwilioClients(10);
    const account = toTwilioAccount(credential());
    const client = await clientFor(account);
    expect(await clientFor({ ...account })).toBe(client);
    expect(await clientFor({ ...account, apiKeySecret: "rotated" })).not.toBe(client);
  });

  test("the oldest goes when there are too many", async () => {
    const clientFor = createTwilioClients(1);
    const account = toTwilioAccount(credential());
    const client = await clientFor(account);
    await clientFor({ ...account, apiKeySecret: "another" });
    expect(await clientFor(account)).not.toBe(client);
  });

  test("every product goes to the base URL; without one, to Twilio", async () => {
    const clientFor = createTwilioClients(2);
    const { baseUrl, ...account } = toTwilioAccount(credential());
    const emulatedClient = await clientFor({ ...account, baseUrl: baseUrl ?? "" });
    for (const name of ["api", "lookups", "verify", "content", "messaging", "voice", "monitor"] as const) {
      expect(emulatedClient[name].baseUrl).toBe(baseUrl);
    }
    expect((await clientFor(account)).api.baseUrl).toBe("https://api.twilio.com");
  });
});

/** Answers everything with one account: the emulator has no account resource. */
async function accountServer(account: object) {
  const paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(account));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, paths, [Symbol.asyncDispose]: close };
}
