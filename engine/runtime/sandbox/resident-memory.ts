import { readFileSync } from "node:fs";

/** Resident memory of a process, in bytes; null where the system does not tell (only Linux does) or it is gone. */
export function residentBytes(pid: number): number | null {
  if (process.platform !== "linux") return null;
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kib === undefined ? null : Number(kib) * 1024;
  } catch {
    return null;
  }
}
