import { describe, expect, test } from "vitest";
import type { Delivery } from "../../chaos/books.ts";
import type { EffectRow, Evidence, RunRow, VendorAccept } from "../../chaos/evidence.ts";
import { endsOf, takenUnknown, violationsOf } from "../../chaos/invariants.ts";

// Hand-made evidence: the harness must be able to fail, and each invariant must be the one that says so.

const RUN: RunRow = {
  id: "run_1",
  tenantId: "ten_a",
  status: "succeeded",
  outcome: "pedido",
  startKey: "order-1",
  replyKey: null,
  seq: 4,
  journalSeq: 4,
  startedAt: 1_000,
  endedAt: 3_000,
  overdueMs: null,
  hasDeadline: false,
};
const EFFECT: EffectRow = {
  id: "eff_1",
  tenantId: "ten_a",
  runId: "run_1",
  state: "accepted",
  createdAt: 1_500.4,
  runIsOver: true,
  holdAmount: 1,
  holdState: "captured",
  charged: 1,
  captures: 1,
};
const ACCEPT: VendorAccept = {
  vendor: "twilio",
  ref: "SM1",
  effectId: "eff_1",
  at: 1_600,
  from: "+576015550000",
  body: "Pedido order-1 recibido",
};
const DELIVERY: Delivery = {
  key: "order-1",
  tenantId: "ten_a",
  kind: "order",
  phone: "+573100000000",
  ackedAt: 1_100,
};
const ACCOUNT = { tenantId: "ten_a", meter: "sms", balance: 9, held: 0, entriesSum: 9, openHolds: 0 };

const SOUND: Evidence = {
  runs: [RUN],
  effects: [EFFECT],
  accounts: [ACCOUNT],
  strays: [],
  repeatedSteps: [],
  forgedRows: [],
  accepts: [ACCEPT],
  deliveries: [DELIVERY],
  vendorRequests: [],
  forgeries: [],
  unexpectedExits: [],
};

function found(change: Partial<Evidence>): string[] {
  return violationsOf({ ...SOUND, ...change }).map(({ invariant, what }) => `${invariant}: ${what}`);
}

test("sound evidence contradicts nothing", () => {
  expect(violationsOf(SOUND, endsOf(SOUND))).toEqual([]);
});

describe("what is sabotaged is reported:", () => {
  test.each<[string, Partial<Evidence>, string]>([
    [
      "an acknowledged run is gone",
      { runs: [], effects: [], accepts: [] },
      "I1: an acknowledged order has no run",
    ],
    [
      "its run belongs to somebody else",
      { runs: [{ ...RUN, tenantId: "ten_b" }] },
      "I1: an acknowledged order has no run",
    ],
    [
      "one delivery made two runs",
      { runs: [RUN, { ...RUN, id: "run_2" }] },
      "I1: one delivery was taken by 2 runs",
    ],
    [
      "a reply woke one run and started another",
      {
        runs: [
          { ...RUN, replyKey: "SMreply" },
          { ...RUN, id: "run_2", startKey: "SMreply" },
        ],
      },
      "I1: one delivery was taken by 2 runs",
    ],
    [
      "a run is never driven",
      { runs: [{ ...RUN, status: "running", endedAt: null, overdueMs: 9_000 }] },
      "I9: a run is still running",
    ],
    [
      "a run waits for a moment that is past",
      { runs: [{ ...RUN, status: "waiting", endedAt: null, overdueMs: 9_000, hasDeadline: true }] },
      "I9: a run is still waiting",
    ],
    [
      "a run waits for nothing",
      { runs: [{ ...RUN, status: "waiting", endedAt: null, overdueMs: null, hasDeadline: false }] },
      "I9: a run is still waiting",
    ],
    [
      "a message is sent twice",
      { accepts: [ACCEPT, { ...ACCEPT, ref: "SM2" }] },
      "I2: the vendor took one effect 2 times",
    ],
    [
      "a message nobody meant to send",
      { accepts: [ACCEPT, { ...ACCEPT, effectId: null }] },
      "I3: the vendor took what the engine does not know",
    ],
    [
      "a message sent before its intent",
      { accepts: [{ ...ACCEPT, at: 1_499 }] },
      "I3: the vendor took it before its intent was written",
    ],
    [
      "an entry is missing",
      { accounts: [{ ...ACCOUNT, entriesSum: 10 }] },
      "I4: its balance is 9, its entries say 10",
    ],
    ["a hold is forgotten", { accounts: [{ ...ACCOUNT, held: 2 }] }, "I4: it holds 2, its open holds say 0"],
    [
      "more is held than there is",
      { accounts: [{ ...ACCOUNT, held: 12, openHolds: 12 }] },
      "I4: it holds 12 of a balance of 9",
    ],
    ["two captures", { effects: [{ ...EFFECT, captures: 2 }] }, "I4: captured 2 times"],
    ["a double charge", { effects: [{ ...EFFECT, charged: 2 }] }, "I4: 2 charged where 1 was reserved"],
    ["a charge for nothing", { accepts: [] }, "I4: charged, but no vendor took it"],
    [
      "a message for free",
      { effects: [{ ...EFFECT, charged: 0, captures: 0, holdState: "released" }] },
      "I4: accepted and not paid for",
    ],
    [
      "a refusal that was none",
      { effects: [{ ...EFFECT, state: "refused", charged: 0, captures: 0, holdState: "released" }] },
      "I4: refused, but the vendor took it",
    ],
    [
      "credits held for ever",
      { effects: [{ ...EFFECT, state: "unresolved", charged: 0, captures: 0, holdState: "open" }] },
      "I4: unresolved, and its credits are still held",
    ],
    [
      "an effect nobody settles",
      { effects: [{ ...EFFECT, state: "in_doubt", charged: 0, captures: 0, holdState: "open" }] },
      "I4: its run is over and it is still in_doubt",
    ],
    [
      "a step done twice",
      { repeatedSteps: [{ runId: "run_1", stepKey: "run_1:primero:1", times: 2 }] },
      "I5: a step was left 2 times",
    ],
    [
      "a journal ahead of its run",
      { runs: [{ ...RUN, journalSeq: 5 }] },
      "I5: its row is at 4, its journal ends at 5",
    ],
    [
      "a run that ended without its history",
      { runs: [{ ...RUN, journalSeq: 2 }] },
      "I5: its row is at 4, its journal ends at 2",
    ],
    [
      "messages of a run out of order",
      {
        effects: [EFFECT, { ...EFFECT, id: "eff_2", createdAt: 1_700 }],
        accepts: [
          { ...ACCEPT, at: 2_000 },
          { ...ACCEPT, ref: "SM2", effectId: "eff_2", at: 1_800 },
        ],
      },
      "I7: its messages arrived in another order",
    ],
    [
      "runs of one person out of order",
      {
        deliveries: [DELIVERY, { ...DELIVERY, key: "order-2" }],
        runs: [RUN, { ...RUN, id: "run_2", startKey: "order-2", startedAt: 900 }],
      },
      "I7: runs of one person started in another order",
    ],
    [
      "a row of another tenant",
      { strays: [{ table: "effects", runId: "run_1" }] },
      "I8: a row of effects belongs to another tenant than its run",
    ],
    [
      "an engine that gave up",
      { unexpectedExits: ["engine-1 ended by itself"] },
      "C3: engine-1 ended by itself",
    ],
    [
      "a retry that does not wait",
      {
        vendorRequests: [
          { vendor: "twilio", to: "+57310", at: 1_000, fault: "C5 status 429", retryAfterMs: 1_000 },
          { vendor: "twilio", to: "+57310", at: 1_900, fault: null, retryAfterMs: null },
        ],
      },
      "C5: told to wait 1000 ms, asked again after 900",
    ],
    [
      "a forgery that is believed",
      { forgeries: [{ ref: "SMforged", status: 204 }] },
      "C6: a forged callback was acknowledged",
    ],
    ["a forgery that is stored", { forgedRows: ["SMforged"] }, "C6: a forged callback left a trace"],
    [
      "both branches of a race",
      {
        effects: [EFFECT, { ...EFFECT, id: "eff_2", createdAt: 1_700 }],
        accepts: [
          { ...ACCEPT, body: "Gracias SMa" },
          { ...ACCEPT, ref: "SM2", effectId: "eff_2", at: 1_800, body: "Tarde SMa" },
        ],
      },
      "C8: a conversation took Gracias and Tarde",
    ],
  ])("%s", (_, change, expected) => {
    expect(found(change)).toContain(expected);
  });

  test("an end that changes afterwards", () => {
    const known = endsOf(SOUND);
    const later = { ...SOUND, runs: [{ ...RUN, status: "failed" }] };
    expect(violationsOf(later, known)).toEqual([
      {
        invariant: "I6",
        what: 'it was "succeeded pedido 3000", now it is "failed pedido 3000"',
        ids: ["run_1"],
      },
    ]);
  });
});

describe("what may happen is not reported:", () => {
  test("a delivery nobody acknowledged may have no run", () => {
    const deliveries = [DELIVERY, { ...DELIVERY, key: "order-2", ackedAt: null }];
    expect(found({ deliveries })).toEqual([]);
  });

  test("the last checkpoint may only say that the run is over", () => {
    expect(found({ runs: [{ ...RUN, journalSeq: 3 }] })).toEqual([]);
  });

  test("a run may wait for a moment that is still to come", () => {
    const runs = [
      { ...RUN, status: "waiting", endedAt: null, overdueMs: -60_000, hasDeadline: true, journalSeq: 3 },
    ];
    expect(found({ runs, effects: [{ ...EFFECT, runIsOver: false }] })).toEqual([]);
  });

  test("what was taken and given up for want of evidence is counted, and not charged", () => {
    const effects = [
      { ...EFFECT, state: "unresolved", charged: 0, captures: 0, holdState: "released" },
    ] as const;
    expect(found({ effects })).toEqual([]);
    expect(takenUnknown({ ...SOUND, effects })).toEqual([ACCEPT]);
  });

  test("a tenant without credits pays less for evidence that comes late", () => {
    const accounts = [{ ...ACCOUNT, balance: 0, entriesSum: 0 }];
    const effects = [{ ...EFFECT, charged: 0, captures: 0, holdState: "released" }];
    expect(found({ accounts, effects })).toEqual([]);
  });
});
