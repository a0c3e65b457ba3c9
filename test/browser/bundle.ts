/** `npm run bundle`: what the editor's first screens weigh, by chunk and by package. */
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Plugin, type Rolldown } from "vite";

const ROOT = path.join(import.meta.dirname, "..", "..");

type Chunk = Rolldown.OutputChunk;

const seen = new Map<string, Chunk>();
const collect: Plugin = {
  name: "collect-chunks",
  generateBundle(_, output) {
    for (const [name, part] of Object.entries(output)) if (part.type === "chunk") seen.set(name, part);
  },
};

await build({
  root: path.join(ROOT, "editor"),
  configFile: path.join(ROOT, "editor", "vite.config.ts"),
  logLevel: "error",
  plugins: [collect],
  build: { write: false },
});

const chunks = [...seen.values()];
for (const page of ["flows-page", "flow-page", "runs-page"]) {
  const loaded = closure([entryOf(chunks), chunkOf(page)]);
  console.log(`\n${page}: ${kib(gzip(loaded))} kB gzip in ${loaded.length} chunks`);
  for (const [name, bytes] of packagesOf(loaded).slice(0, 14))
    console.log(`  ${kib(bytes).padStart(6)} kB  ${name}`);
}

function entryOf(all: readonly Chunk[]): Chunk {
  const entry = all.find(({ isEntry }) => isEntry);
  if (!entry) throw new Error("the build has no entry");
  return entry;
}

function chunkOf(page: string): Chunk {
  const chunk = chunks.find(({ name }) => name === page);
  if (!chunk) throw new Error(`there is no chunk ${page}`);
  return chunk;
}

/** The chunks and everything they import before they can run. */
function closure(starts: readonly Chunk[]): Chunk[] {
  const loaded = new Map<string, Chunk>();
  const add = (chunk: Chunk) => {
    if (loaded.has(chunk.fileName)) return;
    loaded.set(chunk.fileName, chunk);
    for (const name of chunk.imports) {
      const next = seen.get(name);
      if (next) add(next);
    }
  };
  for (const chunk of starts) add(chunk);
  return [...loaded.values()];
}

function gzip(loaded: readonly Chunk[]): number {
  return loaded.reduce((sum, { code }) => sum + gzipSync(code).length, 0);
}

/** Bytes before gzip, by package, largest first. */
function packagesOf(loaded: readonly Chunk[]): [string, number][] {
  const bytes = new Map<string, number>();
  for (const { modules } of loaded)
    for (const [id, { renderedLength }] of Object.entries(modules)) {
      const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? "(own)";
      bytes.set(name, (bytes.get(name) ?? 0) + renderedLength);
    }
  return [...bytes].toSorted(([, a], [, b]) => b - a);
}

function kib(bytes: number): string {
  return (bytes / 1000).toFixed(0);
}
