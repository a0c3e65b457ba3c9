import { expect, test } from "vitest";
import { emulated, KEY } from "../emulated.ts";

const auth = { authorization: `Bearer ${KEY}` };

function post(url: string, key: string | null, body: object): Promise<Response> {
  const headers = {
    ...auth,
    "content-type": "application/json",
    ...(key === null ? {} : { "idempotency-key": key }),
  };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
}

test("a reservation is written once, however often it is sent", async () => {
  const { emulator, erp } = await emulated();
  const wish = { fecha: "2026-12-05", personas: 2 };
  const answers: { codigo?: string }[] = [];
  for (const key of ["a", "a", "b"])
    answers.push((await (await post(`${erp}/reservations`, key, wish)).json()) as { codigo?: string });
  expect(answers.map(({ codigo }) => codigo)).toEqual(["RES-0001", "RES-0001", "RES-0002"]);
  expect(emulator.ledger().filter(({ kind }) => kind === "reservation")).toHaveLength(2);
});

test.each([
  ["without a key to tell repeats by", null, 400],
  ["with one", "k", 201],
])("a write %s", async (_, key, status) => {
  const { erp } = await emulated();
  expect((await post(`${erp}/orders`, key, { productos: "pan" })).status).toBe(status);
});

test.each([
  ["/availability?fecha=2026-12-05&personas=4", { disponible: true }],
  ["/availability?fecha=2026-12-24&personas=4", { disponible: false }],
  ["/availability?fecha=2026-12-05&personas=40", { disponible: false }],
  ["/orders/1001", { estado: "en camino" }],
  ["/balance?telefono=%2B573001112233", { saldo: 23300 }],
])("%s", async (path, found) => {
  const { erp } = await emulated();
  expect(await (await fetch(`${erp}${path}`, { headers: auth })).json()).toMatchObject(found);
});

test("nobody is let in without its key", async () => {
  const { emulator, erp } = await emulated();
  expect((await fetch(`${erp}/hours`)).status).toBe(401);
  expect((await fetch(`${emulator.url}/v1/models`)).status).toBe(401);
});
