import { AppError } from "../errors.ts";
import { isTwin } from "../ids.ts";
import { dueRuns, skipTime as skip } from "../store/runs.ts";
import type { Runtime } from "./runtime.ts";

const LIMIT = 500;

/** Whether an emulator answers for this vendor where this tenant is concerned. */
export function isEmulated(
  { settings }: Pick<Runtime, "settings">,
  tenantId: string,
  provider: string,
): boolean {
  return isTwin(tenantId) || settings.simulatedProviders.includes(provider);
}

/**
 * Lets `ms` milliseconds pass at once for a sandbox: its clock goes ahead, its deadlines come due, and a three-day flow
 * goes on now. Gives what time it is there afterwards.
 * @throws AppError TIME_IS_REAL for a tenant that is no sandbox or that real vendors serve
 */
export async function skipTime(runtime: Runtime, tenantId: string, ms: number): Promise<Date> {
  const { numbers } = await runtime.directory.of(tenantId);
  const real = numbers.find(({ provider }) => !isEmulated(runtime, tenantId, provider));
  if (real)
    throw new AppError("TIME_IS_REAL", `The number ${real.e164} is a real one; time cannot be skipped.`, {
      number: real.e164,
    });
  if (!(await skip(runtime.db, tenantId, ms)))
    throw new AppError("TIME_IS_REAL", `Tenant ${tenantId} is no sandbox; time cannot be skipped.`);
  runtime.directory.forget(tenantId);
  const due = await dueRuns(runtime.db, LIMIT);
  runtime.localWakes.ask([...new Set(due.map((row) => row.run_id))]);
  const { tenant } = await runtime.directory.of(tenantId);
  return new Date(runtime.clock.now().getTime() + tenant.clock_offset_ms);
}
