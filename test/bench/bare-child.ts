/** The yardstick: what the same turn costs with nothing but express, the signature, and one committed insert. */
import { rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import express from "express";
import pg from "pg";
import twilio from "twilio";
import { startEmbeddedPostgres } from "../../engine/store/embedded-postgres.ts";
import { serveParent } from "./child.ts";

const [dataDir = "", authToken = ""] = process.argv.slice(2);
const postgres = await startEmbeddedPostgres({ dataDir });
const pool = new pg.Pool({ ...postgres.connection, max: 20 });
await pool.query(
  "create table turns (id bigint generated always as identity primary key, call_sid text not null, digits text, at timestamptz not null default now())",
);
const app = express();
app.use(express.urlencoded({ extended: false }));
app.post("/voice", async (request, response) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${request.originalUrl}`;
  if (!twilio.validateRequest(authToken, request.get("x-twilio-signature") ?? "", url, request.body)) {
    response.status(403).end();
    return;
  }
  await pool.query({
    name: "turn",
    text: "insert into turns (call_sid, digits) values ($1, $2)",
    values: [request.body.CallSid, request.body.Digits ?? null],
  });
  response
    .type("text/xml")
    .send(
      `<?xml version="1.0" encoding="UTF-8"?><Response><Say language="es-MX">Ha elegido ${request.body.Digits === "1" ? "ventas" : "soporte"}.</Say><Gather input="dtmf" numDigits="1" action="${url}"><Say language="es-MX">Presione 1 para ventas o 2 para soporte.</Say></Gather></Response>`,
    );
});
const server = app.listen(0, "127.0.0.1", () => {
  serveParent({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, info: {} }, async () => {
    server.closeAllConnections();
    await pool.end();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
});
