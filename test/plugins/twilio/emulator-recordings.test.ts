import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ACCOUNT, type Bench, startBench } from "./emulator-webhook-server.ts";
import { liveCall } from "./live-call.ts";

let bench: Bench;
const live = liveCall(() => bench.emulator);
beforeEach(async () => {
  bench = await startBench();
});
afterEach(async () => {
  await live.end();
  await bench.close();
});

const asked = (path: string) => bench.hooks.at(path).map((request) => request.params);
const refused = (work: Promise<unknown>) => expect(work).rejects;

describe("a recording of a call that is going on", () => {
  test("is made, paused, resumed, stopped, listed, fetched, heard and deleted", async () => {
    const sid = await live.begin();
    const { client, hooks, emulator } = bench;
    const made = await client.calls(sid).recordings.create({
      recordingChannels: "dual",
      recordingTrack: "both",
      recordingStatusCallback: `${hooks.url}/rec`,
      recordingStatusCallbackEvent: ["in-progress", "completed", "absent"],
    });
    expect(made).toMatchObject({
      callSid: sid,
      channels: 2,
      status: "in-progress",
      source: "StartCallRecordingAPI",
    });
    const change = (status: "paused" | "in-progress" | "stopped", pauseBehavior?: string) =>
      client
        .calls(sid)
        .recordings(made.sid)
        .update({ status, ...(pauseBehavior ? { pauseBehavior } : {}) });
    expect((await change("paused", "skip")).status).toBe("paused");
    expect((await change("in-progress")).status).toBe("in-progress");
    expect((await change("stopped")).status).toMatch(/completed|absent/);
    await refused(change("paused")).toMatchObject({ status: 400, code: 21220 });
    expect(await client.calls(sid).recordings.list()).toMatchObject([{ sid: made.sid }]);
    expect(await client.recordings.list({ callSid: sid })).toMatchObject([{ sid: made.sid }]);
    await live.end();
    await emulator.idle();
    expect(asked("/rec").map((params) => params.RecordingStatus)).toEqual([
      "in-progress",
      expect.stringMatching(/completed|absent/),
    ]);
    const media = await fetch(
      `${emulator.url}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Recordings/${made.sid}`,
    );
    expect([media.status, media.headers.get("content-type")]).toEqual([200, "audio/x-wav"]);
    expect(await client.recordings(made.sid).remove()).toBe(true);
    await refused(client.recordings(made.sid).fetch()).toMatchObject({ status: 404, code: 20404 });
    expect((await fetch(media.url)).status).toBe(404);
  });

  test("ends with its call", async () => {
    const sid = await live.begin();
    const { sid: recording } = await bench.client.calls(sid).recordings.create();
    await refused(bench.client.recordings(recording).remove()).toMatchObject({ code: 20009 });
    await live.end();
    expect((await bench.client.recordings(recording).fetch()).status).toMatch(/completed|absent/);
  });

  test.each([
    [{ recordingChannels: "stereo" }, 20422],
    [{ recordingTrack: "mine" }, 20422],
    [{ trim: "yes" }, 20422],
    [{ recordingStatusCallback: "nowhere" }, 21609],
    [{ recordingStatusCallbackEvent: ["begun"] }, 21626],
  ])("%j is refused with %i", async (options, code) => {
    const sid = await live.begin();
    await refused(bench.client.calls(sid).recordings.create(options)).toMatchObject({ status: 400, code });
  });

  test("of a call that is over is refused; of nobody's it is not there", async () => {
    const sid = await live.begin();
    await live.end();
    await refused(bench.client.calls(sid).recordings.create()).toMatchObject({ status: 400, code: 21220 });
    const nobody = `CA${"0".repeat(32)}`;
    await refused(bench.client.calls(nobody).recordings.create()).toMatchObject({ status: 404, code: 20404 });
  });
});

test("what Record recorded is a recording like any other", async () => {
  bench.hooks.on("/doc", `<Response><Record action="${bench.hooks.url}/end"/></Response>`);
  bench.hooks.on("/end", "<Response/>");
  const call = bench.emulator.ring({
    from: "+573001112233",
    to: "+576011112222",
    url: `${bench.hooks.url}/doc`,
    statusUrl: `${bench.hooks.url}/st`,
    script: { inputs: [{ speech: "uno dos tres" }] },
  });
  await call.done;
  expect(await bench.client.recordings.list()).toMatchObject([
    { callSid: call.sid, source: "RecordVerb", status: "completed", duration: "1", channels: 1 },
  ]);
});
