import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PhoneScript } from "../../../plugins/twilio/emulator/phone.ts";
import { type Bench, sdkAccepts, startBench } from "./emulator-webhook-server.ts";

const OURS = "+15005550006";
const VOICE = "/hooks/twilio/voice";
const ALL =
  'statusCallback="/events" statusCallbackEvent="start end join leave mute hold modify announcement"';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
  twiml("/dialed", "<Say>fuera</Say>");
});
afterEach(async () => {
  expect(bench.hooks.requests.filter((request) => !sdkAccepts(request))).toEqual([]);
  await bench.close();
});

const twiml = (path: string, verbs: string) => bench.hooks.on(path, `<Response>${verbs}</Response>`);
const asked = (path: string) => bench.hooks.at(path).map((request) => request.params);
const conference = (attributes: string, path = VOICE, dial = "") =>
  twiml(path, `<Dial action="/dialed" ${dial}><Conference ${attributes}>sala</Conference></Dial>`);
const ring = (script: PhoneScript = {}, path = VOICE) =>
  bench.emulator.ring({ from: "+34600123456", to: OURS, script, url: bench.hooks.url + path });
const events = () => asked("/events").map(({ StatusCallbackEvent }) => StatusCallbackEvent);
const hosted = (seconds: number) =>
  ({ answers: { "conference:sala": { status: "answered", seconds } } }) as const;
const people = async (count: number) => {
  for (;;) {
    const rooms = await bench.client.conferences.list();
    const room = rooms.find(({ status }) => status !== "completed");
    const participants = room ? await bench.client.conferences(room.sid).participants.list() : [];
    if (room && participants.length === count) return { room, participants };
  }
};

test("a caller joins, talks and leaves; whoever listens is told in order", async () => {
  conference(`${ALL} participantLabel="ana" muted="true"`);
  const call = ring(hosted(42));
  expect(await call.done).toMatchObject({
    dialed: [{ to: "conference:sala", status: "answered", seconds: 42 }],
    spoken: ["fuera"],
    errors: [],
  });
  expect(events()).toEqual(["participant-join", "conference-start", "participant-leave", "conference-end"]);
  expect(asked("/events").map(({ SequenceNumber }) => SequenceNumber)).toEqual(["0", "1", "2", "3"]);
  expect(asked("/events")[0]).toMatchObject({
    ConferenceSid: expect.stringMatching(/^CF\w{32}$/),
    FriendlyName: "sala",
    CallSid: call.sid,
    Muted: "true",
    ParticipantLabel: "ana",
    StartConferenceOnEnter: "true",
  });
  expect(asked("/events")[3]).toMatchObject({ ReasonConferenceEnded: "last-participant-left" });
  const [dialed] = asked("/dialed");
  expect(dialed).toMatchObject({ DialCallStatus: "answered", DialBridged: "true" });
  expect(dialed).not.toHaveProperty("DialCallDuration");
});

test("who does not begin it waits with music until somebody does", async () => {
  conference(`${ALL} startConferenceOnEnter="false" waitUrl="/music"`);
  twiml("/music", '<Play>https://x.test/a.mp3</Play><Gather numDigits="1"/>');
  conference('endConferenceOnExit="true"', "/host");
  const guest = ring();
  await people(1);
  const host = ring({ answers: {} }, "/host");
  const { room } = await people(2);
  await Promise.all([guest.done, host.done]);
  const heard = await guest.done;
  expect(heard.played).toContain("https://x.test/a.mp3");
  expect(heard.errors.map(({ code }) => code)).toContain(12200);
  expect(events().slice(0, 3)).toEqual(["participant-join", "participant-join", "conference-start"]);
  expect(await bench.client.conferences(room.sid).fetch()).toMatchObject({ status: "completed" });
});

test("one who ends it on leaving takes everybody out", async () => {
  conference(ALL);
  conference('endConferenceOnExit="true"', "/host");
  const guest = ring(hosted(3000));
  const host = ring(hosted(10), "/host");
  await Promise.all([guest.done, host.done]);
  expect(asked("/events").at(-1)).toBeDefined();
  const end = asked("/events").find(({ StatusCallbackEvent }) => StatusCallbackEvent === "conference-end");
  expect(end).toMatchObject({
    ReasonConferenceEnded: "participant-with-end-conference-on-exit-left",
    CallSidEndingConference: host.sid,
  });
  expect((await guest.done).dialed[0]?.seconds).toBeLessThan(3000);
});

test("nobody else ever comes: the caller gives up", async () => {
  conference('waitUrl=""');
  expect((await ring().done).dialed).toMatchObject([{ status: "answered", seconds: 0 }]);
});

test("a full conference takes nobody more; a time limit ends the stay", async () => {
  conference('maxParticipants="1"');
  const first = ring(hosted(3000));
  await people(1);
  const second = await ring(hosted(10)).done;
  expect(second.dialed).toMatchObject([{ status: "failed" }]);
  first.hangup();
  await first.done;
  conference("", VOICE, 'timeLimit="15"');
  expect((await ring(hosted(100)).done).dialed).toMatchObject([{ seconds: 15 }]);
});

test("a recorded conference reports its recording", async () => {
  conference('record="record-from-start" recordingStatusCallback="/rec"');
  await ring(hosted(30)).done;
  expect(asked("/rec")).toMatchObject([{ RecordingSource: "Conference", RecordingDuration: "30" }]);
});

describe("REST", () => {
  test("participants are muted, held, made to coach, and taken out", async () => {
    conference(`${ALL} participantLabel="ana"`);
    const call = ring(hosted(3000));
    await started();
    const [room] = await bench.client.conferences.list({ friendlyName: "sala" });
    const ana = bench.client.conferences(room?.sid ?? "").participants("ana");
    expect(await ana.fetch()).toMatchObject({
      callSid: call.sid,
      label: "ana",
      muted: false,
      status: "connected",
    });
    expect(await ana.update({ muted: true, hold: true })).toMatchObject({ muted: true, hold: true });
    expect(await ana.update({ coaching: true, callSidToCoach: call.sid })).toMatchObject({ coaching: true });
    await bench.client.conferences(room?.sid ?? "").update({ announceUrl: "https://x.test/a" });
    expect(await ana.remove()).toBe(true);
    expect((await call.done).spoken).toEqual(["fuera"]);
    await bench.emulator.idle();
    for (const event of ["participant-mute", "participant-hold", "participant-modify", "announcement-end"])
      expect(events()).toContain(event);
    const ended = await bench.client.conferences(room?.sid ?? "").fetch();
    expect(ended).toMatchObject({ status: "completed", reasonConferenceEnded: "last-participant-kicked" });
    await expect(ana.fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test("a conference is ended from outside", async () => {
    conference("");
    const call = ring(hosted(3000));
    await started();
    const [room] = await bench.client.conferences.list();
    const one = bench.client.conferences(room?.sid ?? "");
    expect(await one.update({ status: "completed" })).toMatchObject({ status: "completed" });
    expect((await call.done).spoken).toEqual(["fuera"]);
    expect(await one.fetch()).toMatchObject({ reasonConferenceEnded: "conference-ended-via-api" });
    await expect(one.update({ announceUrl: "no" })).rejects.toMatchObject({ code: 21205 });
  });

  async function started(): Promise<void> {
    for (;;) if ((await bench.client.conferences.list({ status: "in-progress" })).length > 0) return;
  }
});
