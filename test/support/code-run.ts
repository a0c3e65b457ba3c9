import { AppError, type Json } from "../../engine/plugin-api.ts";
import type { CodeRun, Sandbox } from "../../engine/runtime/sandbox/sandbox.ts";

export const CODE_NOW = new Date("2026-11-21T15:00:00Z");

/** A run of code with everything but the code filled in. */
export function codeRun(code: string, more: Partial<CodeRun> = {}): CodeRun {
  return { tenantId: "ten_1", code, inputs: {}, now: CODE_NOW, seed: 7, timeoutMs: 10_000, ...more };
}

/** The code of the error with which a run ends, and what it says; what it returned where it does not fail. */
export async function endOf(
  sandbox: Sandbox,
  run: CodeRun,
): Promise<{ readonly code: string; readonly message: string } | { readonly returned: Json }> {
  try {
    return { returned: await sandbox.run(run) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { code: error.code, message: error.message };
  }
}
