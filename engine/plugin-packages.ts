/** Plugins that are not of the house: folders and npm packages named in PLUGINS. */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { registerHooks } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { AppError } from "./errors.ts";
import type { PluginDefinition } from "./plugin-api.ts";

/** In this order, where its package.json names none in `centralita.plugin`. */
const ENTRIES = ["plugin.ts", "plugin.js", "plugin.mjs"];
/** What a plugin imports us by, wherever it lies: always this installation, so that there is only one of everything. */
const DOORS: Readonly<Record<string, string>> = {
  "centralita/plugin-api": new URL("./plugin-api.ts", import.meta.url).href,
  "centralita/plugin-testing": new URL("./plugin-testing.ts", import.meta.url).href,
};

/**
 * Loads the plugins, in their order. An entry that begins with `.` or `/` is a folder, any other a package installed in
 * `from` or above it.
 * @throws AppError PLUGIN_INVALID naming the entry, what was looked for, and what is expected
 */
export async function loadPluginPackages(
  entries: readonly string[],
  from = process.cwd(),
): Promise<PluginDefinition[]> {
  if (entries.length === 0) return [];
  openDoors();
  const plugins: PluginDefinition[] = [];
  for (const entry of entries) plugins.push(await loadOne(entry, from));
  return plugins;
}

// Of the process, as the module loader it belongs to: once, and for what a plugin imports later, too.
let areOpen = false;

function openDoors(): void {
  if (areOpen) return;
  areOpen = true;
  registerHooks({
    resolve: (specifier, context, next) => {
      const door = DOORS[specifier];
      return door === undefined ? next(specifier, context) : { url: door, shortCircuit: true };
    },
  });
}

async function loadOne(entry: string, from: string): Promise<PluginDefinition> {
  const file = entryFile(entry, folderOf(entry, from));
  let loaded: { readonly default?: PluginDefinition };
  try {
    loaded = await import(pathToFileURL(file).href);
  } catch (error) {
    throw refusal(
      entry,
      `${file} could not be loaded: ${error instanceof Error ? error.message : error}`,
      error,
    );
  }
  if (loaded.default === undefined)
    throw refusal(entry, `${file} has no default export; expected export default definePlugin({ … })`);
  return loaded.default;
}

function folderOf(entry: string, from: string): string {
  const folder = isFolder(entry) ? path.resolve(from, entry) : packageFolder(entry, from);
  // Through links: what is linked from a workspace is a workspace's source, not an installed package.
  if (folder !== null && existsSync(folder) && statSync(folder).isDirectory()) return realpathSync(folder);
  throw refusal(
    entry,
    folder === null
      ? `no package of that name is installed in ${from} or above it; expected an installed package, or a folder beginning with ./ or /`
      : `there is no folder ${folder}`,
  );
}

function isFolder(entry: string): boolean {
  return entry.startsWith(".") || path.isAbsolute(entry);
}

function packageFolder(name: string, from: string): string | null {
  const folder = path.join(from, "node_modules", name);
  if (existsSync(folder)) return folder;
  const above = path.dirname(from);
  return above === from ? null : packageFolder(name, above);
}

function entryFile(entry: string, folder: string): string {
  const named = namedEntry(entry, folder);
  const candidates = named === null ? ENTRIES : [named];
  const found = candidates.map((name) => path.join(folder, name)).find((file) => existsSync(file));
  if (found === undefined)
    throw refusal(
      entry,
      `${folder} has no ${candidates.join(", ")}; expected one, or centralita.plugin in its package.json`,
    );
  if (found.endsWith(".ts") && folder.split(path.sep).includes("node_modules"))
    throw refusal(
      entry,
      `${found} is TypeScript, which Node does not run in node_modules; expected plugin.js, compiled`,
    );
  return found;
}

function namedEntry(entry: string, folder: string): string | null {
  const file = path.join(folder, "package.json");
  if (!existsSync(file)) return null;
  try {
    const { centralita } = JSON.parse(readFileSync(file, "utf8")) as { centralita?: { plugin?: unknown } };
    return typeof centralita?.plugin === "string" ? centralita.plugin : null;
  } catch (error) {
    throw refusal(entry, `${file} is not JSON`, error);
  }
}

function refusal(entry: string, what: string, cause?: unknown): AppError {
  return new AppError("PLUGIN_INVALID", `PLUGINS: "${entry}": ${what}.`, { plugin: entry }, cause);
}
