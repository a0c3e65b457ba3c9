import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import path from "node:path";
import { AppError } from "./errors.ts";

/** The whole configuration, checked once; nothing else reads the environment. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Serves health and metrics alone, which is all a worker serves; null: nothing does. */
  readonly metricsPort: number | null;
  /** What vendors call; signatures are checked against it. No slash at the end. */
  readonly publicUrl: string;
  /** Absent: the built-in PostgreSQL. */
  readonly databaseUrl: string | null;
  /** The server itself, where `databaseUrl` is a pooler in transaction mode. */
  readonly databaseDirectUrl: string | null;
  readonly dataDir: string;
  readonly role: "all" | "web" | "worker";
  /** 32 bytes that seal secrets at rest. */
  readonly masterKey: Buffer;
  /** Keys before it: what they sealed and signed still counts, and nothing new is made with them. */
  readonly previousMasterKeys: readonly Buffer[];
  readonly logLevel: LogLevel;
  /** How many days of UTC the steps of runs, and messages, stay on record. */
  readonly retention: {
    readonly journalDays: number;
    readonly messageDays: number;
    readonly mediaDays: number;
    readonly listDays: number;
  };
  /** Vendors with no credentials are emulated, and all they do is marked simulated. */
  readonly emulated: { readonly twilio: boolean; readonly meta: boolean; readonly agent: boolean };
  /** The operator's own vendor accounts, by credential id. Empty for an emulated vendor: the emulator brings its own. */
  readonly operator: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Plugins beside the built-in ones: npm packages and folders. */
  readonly plugins: readonly string[];
  /** Proxies in front of us, by address or subnet: who the sender is, is what they say. */
  readonly trustedProxies: readonly string[];
  readonly production: boolean;
}

const LOG_LEVELS = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment (and `.env` beside the project, which never overrides it).
 * @throws AppError CONFIG_INVALID naming the variable, its value and what is expected
 */
export function loadConfig(env: Environment): Config {
  const dataDir = path.resolve(env.DATA_DIR || ".centralita");
  const port = integer(env, "PORT", 3000, 0, 65_535);
  const production = env.NODE_ENV === "production";
  const twilio = vendor(env, TWILIO);
  const meta = vendor(env, META);
  const emulators = oneOf(env, "EMULATORS", ["auto", "on", "off"] as const, "auto");
  const agent = agentAccounts(env, emulators);
  const emulated = {
    // Agents are extra: without a model of its own, a server in production simply has none.
    agent: emulators === "on" || (emulators === "auto" && !production && Object.keys(agent).length < 2),
    twilio: isEmulated("Twilio", twilio, TWILIO, emulators, production),
    meta: isEmulated("Meta", meta, META, emulators, production),
  };
  return Object.freeze({
    port,
    host: env.HOST || "127.0.0.1",
    metricsPort: env.METRICS_PORT ? integer(env, "METRICS_PORT", 0, 0, 65_535) : null,
    publicUrl: publicUrl(env, port),
    databaseUrl: databaseUrl(env, "DATABASE_URL"),
    databaseDirectUrl: databaseDirectUrl(env),
    dataDir,
    role: oneOf(env, "ROLE", ["all", "web", "worker"] as const, "all"),
    masterKey: masterKey(env, dataDir, production),
    previousMasterKeys: previousMasterKeys(env),
    logLevel: oneOf(env, "LOG_LEVEL", LOG_LEVELS, "info"),
    retention: {
      journalDays: integer(env, "JOURNAL_DAYS", 30, 1, 3650),
      messageDays: integer(env, "MESSAGE_DAYS", 365, 1, 3650),
      mediaDays: integer(env, "MEDIA_DAYS", 90, 1, 3650),
      listDays: integer(env, "LIST_DAYS", 30, 1, 3650),
    },
    emulated,
    operator: {
      ...(emulated.twilio || !twilio ? {} : { "twilio.account": twilio }),
      ...(emulated.meta || !meta ? {} : { "meta.app": meta }),
      ...agent,
    },
    plugins: listOf(env, "PLUGINS"),
    trustedProxies: trustedProxies(env),
    production,
  });
}

interface VendorVariables {
  /** Without these a vendor counts as not configured. */
  readonly required: Readonly<Record<string, string>>;
  readonly optional: Readonly<Record<string, string>>;
}

const TWILIO: VendorVariables = {
  required: { accountSid: "TWILIO_MASTER_ACCOUNT_SID", authToken: "TWILIO_MASTER_AUTH_TOKEN" },
  optional: {
    apiKeySid: "TWILIO_API_KEY_SID",
    apiKeySecret: "TWILIO_API_KEY_SECRET",
    verifyServiceSid: "TWILIO_VERIFY_SERVICE_SID",
    messagingServiceSid: "TWILIO_MESSAGING_SERVICE_SID",
    baseUrl: "TWILIO_BASE_URL",
  },
};

const META: VendorVariables = {
  required: {
    accessToken: "WHATSAPP_MASTER_TOKEN",
    appId: "WHATSAPP_APP_ID",
    appSecret: "WHATSAPP_APP_SECRET",
    verifyToken: "WHATSAPP_VERIFY_TOKEN",
  },
  optional: {
    businessAccountId: "WHATSAPP_BUSINESS_ACCOUNT_ID",
    apiVersion: "WHATSAPP_API_VERSION",
    baseUrl: "META_BASE_URL",
  },
};

const MODEL: VendorVariables = {
  required: { apiKey: "OPENAI_API_KEY" },
  optional: {
    baseUrl: "OPENAI_BASE_URL",
    model: "OPENAI_MODEL",
    fallbackModel: "OPENAI_FALLBACK_MODEL",
    capabilities: "OPENAI_CAPABILITIES",
  },
};

const ERP: VendorVariables = {
  required: { baseUrl: "AGENT_ERP_URL", apiKey: "AGENT_ERP_KEY" },
  optional: {},
};

/** The model agents speak with and the system their tools reach, each where it is configured. */
function agentAccounts(
  env: Environment,
  mode: "auto" | "on" | "off",
): Readonly<Record<string, Record<string, string>>> {
  if (mode === "on") return {};
  const [model, erp] = [vendor(env, MODEL), vendor(env, ERP)];
  return { ...(model ? { "openai.account": model } : {}), ...(erp ? { "agent.erp": erp } : {}) };
}

function vendor(env: Environment, variables: VendorVariables): Record<string, string> | null {
  const given = read(env, variables.required);
  const missing = Object.entries(variables.required).filter(([field]) => !(field in given));
  if (missing.length === Object.keys(variables.required).length) return null;
  if (missing.length > 0) {
    const names = missing.map(([, name]) => name).join(", ");
    throw invalid(names, "", "to be set too, because other variables of the same vendor are");
  }
  return { ...given, ...read(env, variables.optional) };
}

function read(env: Environment, names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([field, name]) => (env[name] ? [[field, env[name]]] : [])),
  );
}

function isEmulated(
  name: string,
  credentials: Record<string, string> | null,
  variables: VendorVariables,
  mode: "auto" | "on" | "off",
  production: boolean,
): boolean {
  if (mode === "on") return true;
  if (credentials) return false;
  if (mode === "auto" && !production) return true;
  const names = Object.values(variables.required).join(", ");
  throw invalid(names, "", `${name} credentials, or EMULATORS=on to run with an emulated ${name}`);
}

function publicUrl(env: Environment, port: number): string {
  const value = env.PUBLIC_URL || `http://127.0.0.1:${port}`;
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw invalid("PUBLIC_URL", value, "an http(s) address such as https://calls.example.com");
  }
  return value.replace(/\/+$/, "");
}

function databaseDirectUrl(env: Environment): string | null {
  const value = databaseUrl(env, "DATABASE_DIRECT_URL");
  if (value === null || env.DATABASE_URL) return value;
  throw invalid("DATABASE_URL", "", "the address of the pooler, because DATABASE_DIRECT_URL is set");
}

function databaseUrl(env: Environment, name: "DATABASE_URL" | "DATABASE_DIRECT_URL"): string | null {
  const value = env[name];
  if (!value) return null;
  if (!/^postgres(ql)?:\/\//.test(value)) {
    throw invalid(name, value.replace(/:[^:@/]*@/, ":…@"), "postgres://user:password@host:5432/database");
  }
  return value;
}

function masterKey(env: Environment, dataDir: string, production: boolean): Buffer {
  if (env.MASTER_KEY) return keyOf("MASTER_KEY", env.MASTER_KEY);
  if (production) throw invalid("MASTER_KEY", "", "32 bytes in base64, e.g. from: openssl rand -base64 32");
  const file = path.join(dataDir, "master.key");
  if (existsSync(file)) return keptKey(file);
  mkdirSync(dataDir, { recursive: true });
  const key = randomBytes(32);
  writeFileSync(file, key.toString("base64"), { mode: 0o600 });
  chmodSync(file, 0o600);
  return key;
}

/** Newest first. */
function previousMasterKeys(env: Environment): readonly Buffer[] {
  return listOf(env, "MASTER_KEY_PREVIOUS").map((key) => keyOf("MASTER_KEY_PREVIOUS", key));
}

/** Separated by commas. */
function listOf(env: Environment, name: string): readonly string[] {
  return (env[name] ?? "").split(",").flatMap((entry) => entry.trim() || []);
}

/** A proxy on this machine always counts as ours. */
function trustedProxies(env: Environment): readonly string[] {
  const proxies = listOf(env, "TRUSTED_PROXIES");
  const odd = proxies.find((proxy) => !isSubnet(proxy));
  if (odd === undefined) return ["loopback", ...proxies];
  throw invalid("TRUSTED_PROXIES", odd, "addresses or subnets such as 10.0.0.0/8, separated by commas");
}

function isSubnet(text: string): boolean {
  const [address = "", bits = "0", ...more] = text.split("/");
  const size = isIP(address) === 4 ? 32 : 128;
  return isIP(address) > 0 && more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= size;
}

function keyOf(name: string, text: string): Buffer {
  const key = Buffer.from(text, "base64");
  if (key.length === 32) return key;
  throw invalid(name, `${key.length} bytes`, "32 bytes in base64, e.g. from: openssl rand -base64 32");
}

/** A file cut short by a crash would be a key that anybody can guess. */
function keptKey(file: string): Buffer {
  const key = Buffer.from(readFileSync(file, "utf8"), "base64");
  if (key.length === 32) return key;
  throw invalid("MASTER_KEY", `${key.length} bytes in ${file}`, "32 bytes in base64; restore that file");
}

function integer(env: Environment, name: string, fallback: number, min: number, max: number): number {
  const value = env[name];
  if (!value) return fallback;
  const number = Number(value);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw invalid(name, value, `a whole number from ${min} to ${max}`);
}

function oneOf<const T extends readonly string[]>(
  env: Environment,
  name: string,
  values: T,
  fallback: T[number],
): T[number] {
  const value = env[name];
  if (!value) return fallback;
  if (values.includes(value)) return value;
  throw invalid(name, value, `one of ${values.join(", ")}`);
}

function invalid(name: string, value: string, expected: string): AppError {
  const what = value === "" ? "is not set" : `is "${value}"`;
  return new AppError("CONFIG_INVALID", `${name} ${what}; expected ${expected}.`, { variable: name });
}
