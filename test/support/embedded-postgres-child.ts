import { createInterface } from "node:readline";
import { startEmbeddedPostgres } from "../../engine/store/embedded-postgres.ts";

// Run by Node itself: starts the embedded server in the folder given as argument, prints one line of JSON about it
// (or about the error), and stops when it reads a line.
const [dataDir = ""] = process.argv.slice(2);
try {
  const server = await startEmbeddedPostgres({ dataDir });
  console.log(JSON.stringify({ connection: server.connection, adopted: server.adopted }));
  for await (const _line of createInterface({ input: process.stdin })) break;
  await server.stop();
  process.exit(0);
} catch (error) {
  console.log(JSON.stringify({ error: String(error) }));
  process.exit(1);
}
