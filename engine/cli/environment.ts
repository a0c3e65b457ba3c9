import { existsSync } from "node:fs";
import { type Config, loadConfig } from "../config.ts";
import { AppError } from "../errors.ts";

/** The configuration of a command: the environment, and `.env` where it says nothing. */
export function commandConfig(overrides: Readonly<Record<string, string>> = {}): Config {
  if (existsSync(".env")) process.loadEnvFile(".env");
  return loadConfig({ ...process.env, ...overrides });
}

/** Ends a command that cannot go on: in words for what we know, with the stack for what we do not. */
export function fail(error: unknown): never {
  if (error instanceof AppError) console.error(`\n${error.code}: ${error.message}\n`);
  else console.error(error);
  process.exit(1);
}
