import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ErpModule } from "./core/erp-module.ts";
import type { Validator } from "./validator.ts";

const FOLDER = path.join(import.meta.dirname, "..", "modules");

/** The notices of the ERP's modules, as they come with the program, by module. @throws TypeError naming what does not fit */
export function readErpModules(validator: Validator, folder = FOLDER): readonly ErpModule[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .toSorted()
    .map((file) => {
      const document: unknown = JSON.parse(readFileSync(path.join(folder, file), "utf8"));
      const faults = validator.violations(ErpModule, document);
      if (faults.length === 0) return document as ErpModule;
      throw new TypeError(
        `${file}: ${faults.map(({ path: where, message }) => `${where} ${message}`).join("; ")}`,
      );
    });
}
