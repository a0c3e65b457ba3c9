import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { seedDemo } from "../../engine/demo/seed.ts";
import { createFindPerson } from "../../engine/http/session-person.ts";
import { cloneDatabase, inspect, type TestDatabase } from "../support/database.ts";
import { openBrowser } from "./browser.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let database: TestDatabase;
let production: TestApi;

// A data folder that was tried out before it went into production: the person is there.
beforeAll(async () => {
  database = await cloneDatabase();
  production = await startTestApi({
    connection: database.connection,
    config: { production: true, publicUrl: "https://calls.example.com" },
  });
});
afterAll(async () => {
  await production.stop();
  await database.drop();
});

test("[S35] the demo's person is not let in in production, though the password is right", async () => {
  const [user] = await inspect<{ demo: boolean }>(
    database.connection,
    "select demo from users where email = $1",
    [DEMO.signIn.email],
  );
  expect(user?.demo).toBe(true);
  const answer = await openBrowser(production.engine.url).signIn();
  expect([answer.status, answer.body.error.code]).toEqual([401, "UNAUTHENTICATED"]);
});

test("[S35] nor does a session of theirs go on there", async () => {
  const api = await startTestApi();
  const browser = openBrowser(api.engine.url);
  expect((await browser.signIn()).status).toBe(200);
  const { db, keys, settings } = api.engine.app.runtime;
  const request = { method: "GET", headers: { cookie: browser.cookie() } };
  const found = (demoSignIn: boolean) =>
    createFindPerson({ db, keys, publicUrl: settings.publicUrl, demoSignIn })(request);
  expect((await found(true))?.user.email).toBe(DEMO.signIn.email);
  expect(await found(false)).toBeNull();
  await api.stop();
});

test("[S35] the demo can be made without that person", async () => {
  const empty = await cloneDatabase();
  await seedDemo(empty.connection, { demoUser: false });
  expect(await inspect(empty.connection, "select id from users where demo")).toEqual([]);
  await seedDemo(empty.connection);
  await seedDemo(empty.connection);
  expect(await inspect(empty.connection, "select id from users where demo")).toHaveLength(1);
  await empty.drop();
});
