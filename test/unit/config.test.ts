import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../engine/config.ts";
import { AppError } from "../../engine/errors.ts";

const folder = mkdtempSync(path.join(tmpdir(), "centralita-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

const MASTER_KEY = Buffer.alloc(32, 7).toString("base64");
const TWILIO = { TWILIO_MASTER_ACCOUNT_SID: "AC1", TWILIO_MASTER_AUTH_TOKEN: "token" };
const META = {
  WHATSAPP_MASTER_TOKEN: "EAA",
  WHATSAPP_APP_ID: "1",
  WHATSAPP_APP_SECRET: "secret",
  WHATSAPP_VERIFY_TOKEN: "verify",
};

describe("defaults", () => {
  test("nothing set is enough to start, with everything emulated", () => {
    expect(loadConfig({ MASTER_KEY })).toEqual({
      port: 3000,
      host: "127.0.0.1",
      metricsPort: null,
      publicUrl: "http://127.0.0.1:3000",
      databaseUrl: null,
      databaseDirectUrl: null,
      dataDir: path.resolve(".centralita"),
      role: "all",
      masterKey: Buffer.alloc(32, 7),
      previousMasterKeys: [],
      logLevel: "info",
      retention: { journalDays: 30, messageDays: 365, mediaDays: 90, listDays: 30 },
      emulated: { twilio: true, meta: true, agent: true },
      operator: {},
      plugins: [],
      trustedProxies: ["loopback"],
      production: false,
    });
  });

  test("an empty variable counts as not set", () => {
    const names = [
      "PORT",
      "HOST",
      "PUBLIC_URL",
      "DATABASE_URL",
      "DATA_DIR",
      "ROLE",
      "LOG_LEVEL",
      "EMULATORS",
      "JOURNAL_DAYS",
      "MESSAGE_DAYS",
    ];
    const empty = Object.fromEntries(names.map((name) => [name, ""]));
    expect(loadConfig({ ...empty, MASTER_KEY })).toEqual(loadConfig({ MASTER_KEY }));
  });

  test("what is set is taken", () => {
    const given = {
      PORT: "8080",
      HOST: "0.0.0.0",
      PUBLIC_URL: "https://calls.example.com",
      DATABASE_URL: "postgresql://me:pw@db:5432/calls",
      DATA_DIR: "/srv/data",
      ROLE: "worker",
      LOG_LEVEL: "debug",
      JOURNAL_DAYS: "7",
      MESSAGE_DAYS: "90",
      LIST_DAYS: "7",
    };
    expect(loadConfig({ ...given, MASTER_KEY })).toMatchObject({
      port: 8080,
      host: "0.0.0.0",
      publicUrl: "https://calls.example.com",
      databaseUrl: given.DATABASE_URL,
      dataDir: "/srv/data",
      role: "worker",
      logLevel: "debug",
      retention: { journalDays: 7, messageDays: 90, mediaDays: 90, listDays: 7 },
    });
  });

  test("the public URL follows the port, and loses slashes at its end", () => {
    expect(load({ PORT: "4000" }).publicUrl).toBe("http://127.0.0.1:4000");
    expect(load({ PUBLIC_URL: "https://a.example//" }).publicUrl).toBe("https://a.example");
    expect(load({ PUBLIC_URL: "https://a.example/calls/" }).publicUrl).toBe("https://a.example/calls");
  });

  test("nobody can change it afterwards", () => {
    expect(Object.isFrozen(load({}))).toBe(true);
  });
});

describe("[S13] a wrong value is refused: variable, value, expectation", () => {
  test.each([
    ["PORT", "80a", "a whole number from 0 to 65535"],
    ["PORT", "65536", "a whole number from 0 to 65535"],
    ["PORT", "-1", "a whole number from 0 to 65535"],
    ["PORT", "1.5", "a whole number from 0 to 65535"],
    ["PUBLIC_URL", "calls.example.com", "an http(s) address such as https://calls.example.com"],
    ["PUBLIC_URL", "ftp://calls.example.com", "an http(s) address such as https://calls.example.com"],
    ["DATABASE_URL", "mysql://db", "postgres://user:password@host:5432/database"],
    ["ROLE", "boss", "one of all, web, worker"],
    ["LOG_LEVEL", "loud", "one of silent, fatal, error, warn, info, debug, trace"],
    ["EMULATORS", "yes", "one of auto, on, off"],
    ["JOURNAL_DAYS", "0", "a whole number from 1 to 3650"],
    ["MESSAGE_DAYS", "3651", "a whole number from 1 to 3650"],
  ])("%s=%s", (name, value, expected) => {
    const error = refusal({ [name]: value });
    expect(error).toMatchObject({
      code: "CONFIG_INVALID",
      message: `${name} is "${value}"; expected ${expected}.`,
      details: { variable: name },
    });
  });

  test("a password in DATABASE_URL is not repeated", () => {
    const { message } = refusal({ DATABASE_URL: "mysql://me:hunter2@db/calls" });
    expect(message).toContain("mysql://me:…@db/calls");
    expect(message).not.toContain("hunter2");
  });

  test("a master key of another length is refused without repeating it", () => {
    const key = randomBytes(16).toString("base64");
    const { message, details } = refusal({ MASTER_KEY: key });
    expect(message).toBe(
      'MASTER_KEY is "16 bytes"; expected 32 bytes in base64, e.g. from: openssl rand -base64 32.',
    );
    expect(message).not.toContain(key);
    expect(details.variable).toBe("MASTER_KEY");
  });
});

describe("vendors and emulators", () => {
  test("auto emulates the vendors without credentials", () => {
    const { emulated, operator } = load({ ...TWILIO, TWILIO_BASE_URL: "https://twilio.example" });
    expect(emulated).toEqual({ twilio: false, meta: true, agent: true });
    expect(operator).toEqual({
      "twilio.account": { accountSid: "AC1", authToken: "token", baseUrl: "https://twilio.example" },
    });
  });

  test("credentials of both vendors, with what is optional", () => {
    const { emulated, operator } = load({
      ...TWILIO,
      ...META,
      WHATSAPP_API_VERSION: "v23.0",
      EMULATORS: "off",
    });
    expect(emulated).toEqual({ twilio: false, meta: false, agent: false });
    expect(operator["meta.app"]).toEqual({
      accessToken: "EAA",
      appId: "1",
      appSecret: "secret",
      verifyToken: "verify",
      apiVersion: "v23.0",
    });
  });

  test("on emulates them all, and real credentials stay unused", () => {
    const { emulated, operator } = load({ ...TWILIO, ...META, EMULATORS: "on" });
    expect(emulated).toEqual({ twilio: true, meta: true, agent: true });
    expect(operator).toEqual({});
  });

  test("off needs the credentials of each vendor", () => {
    expect(refusal({ EMULATORS: "off" }).message).toBe(
      "TWILIO_MASTER_ACCOUNT_SID, TWILIO_MASTER_AUTH_TOKEN is not set; expected Twilio credentials, or EMULATORS=on to run with an emulated Twilio.",
    );
    expect(refusal({ ...TWILIO, EMULATORS: "off" }).message).toMatch(
      /^WHATSAPP_MASTER_TOKEN, .*emulated Meta/,
    );
  });

  test.each(["auto", "on"])("half of a vendor's credentials is refused (EMULATORS=%s)", (EMULATORS) => {
    const { message, code } = refusal({ WHATSAPP_MASTER_TOKEN: "EAA", WHATSAPP_APP_ID: "1", EMULATORS });
    expect(code).toBe("CONFIG_INVALID");
    expect(message).toBe(
      "WHATSAPP_APP_SECRET, WHATSAPP_VERIFY_TOKEN is not set; expected to be set too, because other variables of the same vendor are.",
    );
  });
});

describe("the model of agents", () => {
  const MODEL = { OPENAI_API_KEY: "sk-1", OPENAI_BASE_URL: "http://localhost:11434/v1" };

  test("is emulated until there is a key, and so is the business system", () => {
    const { emulated, operator } = load(MODEL);
    expect(emulated.agent).toBe(true);
    expect(operator).toEqual({ "openai.account": { apiKey: "sk-1", baseUrl: "http://localhost:11434/v1" } });
    const erp = { AGENT_ERP_URL: "https://erp.example", AGENT_ERP_KEY: "k" };
    expect(load({ ...MODEL, ...erp }).emulated.agent).toBe(false);
  });

  test("is not needed in production", () => {
    const { emulated, operator } = load({ NODE_ENV: "production", MASTER_KEY, ...TWILIO, ...META });
    expect(emulated.agent).toBe(false);
    expect(Object.keys(operator)).not.toContain("openai.account");
  });
});

describe("[S13] production", () => {
  const NODE_ENV = "production";

  test("brings its own master key; none is made up", () => {
    const DATA_DIR = path.join(folder, "production");
    const error = refusal({ NODE_ENV, EMULATORS: "on", DATA_DIR, MASTER_KEY: undefined });
    expect(error.message).toMatch(/^MASTER_KEY is not set; expected 32 bytes in base64/);
    expect(existsSync(DATA_DIR)).toBe(false);
  });

  test("never emulates unasked", () => {
    expect(refusal({ NODE_ENV }).message).toContain("EMULATORS=on");
    expect(load({ NODE_ENV, EMULATORS: "on" })).toMatchObject({
      production: true,
      emulated: { twilio: true },
    });
    expect(load({ NODE_ENV, ...TWILIO, ...META }).emulated).toEqual({
      twilio: false,
      meta: false,
      agent: false,
    });
  });
});

describe("the master key of a development machine", () => {
  test("is made once, and kept where only its owner reads it", () => {
    const DATA_DIR = path.join(folder, "fresh", "deep");
    const { masterKey } = loadConfig({ DATA_DIR });
    expect(masterKey).toHaveLength(32);
    const file = path.join(DATA_DIR, "master.key");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).toBe(masterKey.toString("base64"));
    expect(loadConfig({ DATA_DIR }).masterKey).toEqual(masterKey);
  });

  test("two machines have two keys", () => {
    const keys = ["a", "b"].map((name) => loadConfig({ DATA_DIR: path.join(folder, name) }).masterKey);
    expect(keys[0]).not.toEqual(keys[1]);
  });

  test("a file that was cut short is refused, not used", () => {
    writeFileSync(path.join(folder, "master.key"), "");
    expect(() => loadConfig({ DATA_DIR: folder })).toThrow(
      `MASTER_KEY is "0 bytes in ${path.join(folder, "master.key")}"; expected 32 bytes in base64`,
    );
  });
});

describe("TRUSTED_PROXIES", () => {
  test("are addresses and subnets beside this machine", () => {
    const { trustedProxies } = load({ TRUSTED_PROXIES: "10.0.0.0/8, 203.0.113.7,2001:db8::/32" });
    expect(trustedProxies).toEqual(["loopback", "10.0.0.0/8", "203.0.113.7", "2001:db8::/32"]);
  });

  test.each(["proxy.example", "10.0.0.0/33", "10.0.0.0/8/8", "10.0.0.0/x", "true"])(
    "%s is refused, naming the variable",
    (TRUSTED_PROXIES) => {
      expect(refusal({ TRUSTED_PROXIES }).message).toContain(`TRUSTED_PROXIES is "${TRUSTED_PROXIES}"`);
    },
  );
});

type Environment = Readonly<Record<string, string | undefined>>;

function load(env: Environment) {
  return loadConfig({ MASTER_KEY, ...env });
}

function refusal(env: Environment): AppError {
  try {
    load(env);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("the configuration was taken");
}

describe("MASTER_KEY_PREVIOUS", () => {
  const old = [5, 6].map((byte) => Buffer.alloc(32, byte).toString("base64"));

  test("lists the keys before, separated by commas", () => {
    const { previousMasterKeys } = loadConfig({ MASTER_KEY, MASTER_KEY_PREVIOUS: ` ${old.join(", ")},` });
    expect(previousMasterKeys).toEqual([Buffer.alloc(32, 5), Buffer.alloc(32, 6)]);
  });

  test("a key of another length is refused, naming the variable", () => {
    expect(() => loadConfig({ MASTER_KEY, MASTER_KEY_PREVIOUS: `${old[0]},YQ==` })).toThrow(
      /MASTER_KEY_PREVIOUS is "1 bytes"/,
    );
  });
});
