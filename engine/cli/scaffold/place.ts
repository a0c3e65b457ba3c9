import { existsSync } from "node:fs";
import path from "node:path";

const HOUSE = path.resolve(import.meta.dirname, "../../..");

/** Where a plugin is or will be, and what its files import. */
export interface Place {
  readonly id: string;
  /** Holds `plugin.ts`. */
  readonly folder: string;
  readonly tests: string;
  /** Of this house, among its built-in plugins. */
  readonly isHouse: boolean;
  /** How files of `depth` folders below import the doors. */
  door(name: "plugin-api" | "plugin-testing", depth: number): string;
  /** From a test to a file of the plugin. */
  fromTest(file: string): string;
}

/** In the house where no folder is named, else a plugin of its own there. */
export function placeOf(id: string, into: string | undefined): Place {
  return into === undefined ? inHouse(id) : outside(id, path.resolve(into));
}

/** The house, seen from a folder, for its package.json. */
export function houseFrom(folder: string): string {
  return path.relative(folder, HOUSE).split(path.sep).join("/") || ".";
}

/** The list that a plugin of the house joins. */
export const BUILT_IN_LIST = path.join(HOUSE, "engine/built-in-plugins.ts");

function inHouse(id: string): Place {
  return {
    id,
    folder: path.join(HOUSE, "plugins", id),
    tests: path.join(HOUSE, "test/plugins", id),
    isHouse: true,
    door: (name, depth) => `${"../".repeat(depth)}engine/${name}.ts`,
    fromTest: (file) => `../../../plugins/${id}/${file}`,
  };
}

function outside(id: string, folder: string): Place {
  return {
    id,
    folder,
    tests: path.join(folder, "test"),
    isHouse: false,
    door: (name) => `centralita/${name}`,
    fromTest: (file) => `../${file}`,
  };
}

/** @throws RangeError naming the file that is there, or the one that is not */
export function expectFile(file: string, expected: "there" | "absent"): void {
  if (existsSync(file) === (expected === "there")) return;
  throw new RangeError(
    expected === "there"
      ? `there is no ${file}; make the plugin first: npm run new:plugin <id>`
      : `${file} is there already; nothing was changed`,
  );
}
