import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { createAuthenticate } from "../../engine/http/authenticate.ts";
import { hashPassword } from "../../engine/http/passwords.ts";
import { ROLES } from "../../engine/http/roles.ts";
import { createFindPerson } from "../../engine/http/session-person.ts";
import { inspect } from "../support/database.ts";
import type { Answer } from "./api-client.ts";
import { type Browser, openBrowser } from "./browser.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

const { email, password } = DEMO.signIn;
const PASSWORD = "a long pass phrase";

let api: TestApi;
let passwordHash: string;
let browser: Browser;

beforeAll(async () => {
  [api, passwordHash] = await Promise.all([startTestApi(), hashPassword(PASSWORD)]);
});
afterAll(() => api.stop());
beforeEach(async () => {
  await sql("delete from sign_in_attempts");
  await sql("delete from sessions");
  browser = openBrowser(api.engine.url);
});

describe("signing in", () => {
  test("[S32] gives a cookie no script can read, and says who one is and may do", async () => {
    const answer = await browser.signIn();
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toEqual({
      user: { id: expect.stringMatching(/^usr_/), name: "Demo", email, locale: "es-CO" },
      tenant: {
        id: DEMO.tenant.id,
        name: DEMO.tenant.name,
        country: "CO",
        timezone: "America/Bogota",
        locale: "es-CO",
        status: "active",
      },
      role: "owner",
      scopes: [...ROLES.owner],
      csrfToken: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{32}$/),
      tenants: [{ id: DEMO.tenant.id, name: DEMO.tenant.name, role: "owner" }],
      session: {
        id: expect.stringMatching(/^ses_[0-9a-f]{32}$/),
        expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      },
    });
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^centralita_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/,
      ),
    ]);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  test("keeps the hash of the token, not the token, and where it was", async () => {
    await browser.call("POST", "/api/v1/auth/login", {
      json: { email, password },
      headers: { "user-agent": "Chrome on a desk", "x-forwarded-for": "203.0.113.9" },
    });
    const [row] = await sql("select * from sessions");
    expect(row).toMatchObject({ user_agent: "Chrome on a desk", ip: "203.0.113.9" });
    expect(JSON.stringify(row)).not.toContain(browser.cookie().split("=")[1]);
  });

  test("takes the e-mail in any letters, with spaces around it", async () => {
    expect((await browser.signIn(`  ${email.toUpperCase()} `)).status).toBe(200);
  });

  test.each([
    ["a wrong password", email, "espiga"],
    ["an e-mail nobody has", "nobody@laespiga.example", password],
    ["somebody without a password", "ana@laespiga.example", password],
  ])("with %s is refused in the same words", async (_what, who, word) => {
    const answer = await browser.signIn(who, word);
    expect([answer.status, answer.body.error.code]).toEqual([401, "UNAUTHENTICATED"]);
    expect(answer.body.error.message).toBe("The e-mail or the password is wrong.");
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test("without its fields, with others, or with no JSON says what is expected", async () => {
    const wrong = await browser.call("POST", "/api/v1/auth/login", { json: { email, extra: 1 } });
    expect([wrong.status, wrong.body.error.code]).toEqual([422, "INPUT_INVALID"]);
    expect(wrong.body.error.message).toContain("password");
    const form = { raw: `email=${email}`, headers: { "content-type": "application/x-www-form-urlencoded" } };
    expect((await browser.call("POST", "/api/v1/auth/login", form)).body.error.code).toBe("BODY_MALFORMED");
  });

  test("from a page of somebody else is refused", async () => {
    const foreign: Record<string, string>[] = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
    ];
    for (const headers of foreign) {
      const answer = await browser.call("POST", "/api/v1/auth/login", { json: { email, password }, headers });
      expect([answer.status, answer.body.error.code], JSON.stringify(headers)).toEqual([403, "CSRF_REFUSED"]);
    }
  });

  test("of somebody who works for no tenant any more is refused", async () => {
    const user = await newUser("gone@laespiga.example", {});
    const answer = await browser.signIn("gone@laespiga.example", PASSWORD);
    expect([answer.status, answer.body.error.code]).toEqual([401, "UNAUTHENTICATED"]);
    await sql("delete from users where id = $1", [user]);
  });
});

describe("[S33] too many attempts", () => {
  const guess = (ip = "203.0.113.1", who: string = email, word = "wrong") =>
    browser.call("POST", "/api/v1/auth/login", {
      json: { email: who, password: word },
      headers: { "x-forwarded-for": ip },
    });
  const times = async (count: number, work: (index: number) => Promise<Answer>) => {
    const statuses: number[] = [];
    for (let index = 0; index < count; index++) statuses.push((await work(index)).status);
    return statuses;
  };

  test("with one e-mail have to wait, from wherever they come, and the right password too", async () => {
    expect(await times(5, (index) => guess(`203.0.113.${index}`))).toEqual([401, 401, 401, 401, 401]);
    const answer = await guess("203.0.113.77", email, password);
    expect([answer.status, answer.body.error.code]).toEqual([429, "RATE_LIMITED"]);
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(answer.body.error.details).toEqual({ retryAfterMs: 1000 });
  });

  test("wait twice as long after each further one, and at most a quarter of an hour", async () => {
    const waits: number[] = [];
    for (let index = 0; index < 20; index++) {
      await guess();
      const [row] = await sql<{ wait: number }>(
        "select extract(epoch from max(blocked_until) - max(last_at))::integer as wait from sign_in_attempts where failures = $1",
        [index + 1],
      );
      waits.push(row?.wait ?? 0);
      await sql("update sign_in_attempts set blocked_until = null");
    }
    expect(waits.slice(0, 8)).toEqual([0, 0, 0, 0, 1, 2, 4, 8]);
    expect(waits.at(-1)).toBe(900);
  });

  test("are forgotten once the person has signed in", async () => {
    await times(4, () => guess());
    expect((await guess("203.0.113.1", email, password)).status).toBe(200);
    expect(await times(5, () => guess())).toEqual([401, 401, 401, 401, 401]);
  });

  test("at once count like one after the other", async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => guess()));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
  });

  test("with an e-mail nobody has are counted alike", async () => {
    const statuses = await times(6, () => guess("203.0.113.1", "nobody@laespiga.example"));
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  test("from one address wait, whatever the e-mail, and IPv6 neighbours with them", async () => {
    const one = (index: number) => guess(`2001:db8:1:2::${index + 1}`, `user${index}@laespiga.example`);
    expect(new Set(await times(25, one))).toEqual(new Set([401]));
    const next = (ip: string) => guess(ip, email, password);
    expect((await next("2001:db8:1:2:ffff::9")).status).toBe(429);
    expect((await next("2001:db8:1:3::9")).status).toBe(200);
  });
});

describe("a session", () => {
  beforeEach(async () => void (await browser.signIn()));

  test("opens what the role may do, and is who did it in the audit", async () => {
    const created = await browser.call("POST", "/api/v1/store-groups", {
      json: { name: "Norte", timezone: "America/Bogota" },
    });
    expect(created.status, created.text).toBe(201);
    const audit = await browser.call("GET", "/api/v1/audit?action=store-group.create");
    const me = await browser.call("GET", "/api/v1/me");
    expect(audit.body.items[0]).toMatchObject({ actor: me.body.user.id, target: created.body.id });
  });

  test("is asked about with GET /me, which says what sign-in said", async () => {
    const again = await browser.signIn();
    expect((await browser.call("GET", "/api/v1/me")).body).toEqual(again.body);
  });

  test("[S34] changes nothing without the token of its pages", async () => {
    const other = openBrowser(api.engine.url);
    const theirs = (await other.signIn()).body.csrfToken;
    for (const token of ["", "00000000-0", theirs, `${theirs}0`]) {
      const answer = await browser.call("DELETE", "/api/v1/auth/sessions", {
        headers: { "x-csrf-token": token },
      });
      expect([answer.status, answer.body.error.code], token).toEqual([403, "CSRF_REFUSED"]);
    }
    expect((await other.call("GET", "/api/v1/me")).status).toBe(200);
  });

  test.each<[string, Record<string, string>]>([
    ["another site", { origin: "https://evil.example" }],
    ["another site, as the browser says", { "sec-fetch-site": "cross-site" }],
    ["a neighbour under the same domain", { "sec-fetch-site": "same-site" }],
    ["a page without an origin", { origin: "null" }],
  ])("[S34] changes nothing for %s", async (_what, headers) => {
    const answer = await browser.call("POST", "/api/v1/auth/logout", { headers });
    expect([answer.status, answer.body.error.code]).toEqual([403, "CSRF_REFUSED"]);
    expect((await browser.call("GET", "/api/v1/me")).status).toBe(200);
  });

  test("[S34] changes nothing for who does not say where it comes from", async () => {
    const me = await browser.call("GET", "/api/v1/me");
    const headers = { cookie: browser.cookie(), "x-csrf-token": me.body.csrfToken };
    const answer = await api.anonymous("POST", "/api/v1/auth/logout", { headers });
    expect([answer.status, answer.body.error.code]).toEqual([403, "CSRF_REFUSED"]);
  });

  test("[S34] opens no socket for another site", async () => {
    const { runtime } = api.engine.app;
    const { db, keys, settings } = runtime;
    const find = createFindPerson({ db, keys, publicUrl: settings.publicUrl, demoSignIn: true });
    const authenticate = createAuthenticate(runtime, find);
    const headers = { cookie: browser.cookie(), upgrade: "websocket", host: "127.0.0.1:1" };
    const from = (origin: string) => authenticate({ method: "GET", headers: { ...headers, origin } });
    await expect(from("https://evil.example")).rejects.toMatchObject({ code: "CSRF_REFUSED" });
    await expect(from("http://127.0.0.1:1")).resolves.toMatchObject({ tenantId: DEMO.tenant.id });
  });

  test("gives way to a key that is sent with it", async () => {
    const headers = { authorization: `Bearer ${api.engine.apiKey}` };
    expect((await browser.call("GET", "/api/v1/me", { headers })).body).toHaveProperty("keyId");
    const wrong = await browser.call("GET", "/api/v1/me", { headers: { authorization: "Bearer wrong" } });
    expect(wrong.status).toBe(401);
  });

  test("ends with logging out, at once and in the browser too", async () => {
    const cookie = browser.cookie();
    const answer = await browser.call("POST", "/api/v1/auth/logout");
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([
      204,
      ["centralita_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"],
    ]);
    const after = await api.anonymous("GET", "/api/v1/me", { headers: { cookie } });
    expect([after.status, after.body.error.code]).toEqual([401, "UNAUTHENTICATED"]);
  });

  test.each([
    ["twelve hours of silence", "seen_at = now() - interval '12 hours 1 second'"],
    ["thirty days, however much it is used", "expires_at = now() - interval '1 second'"],
  ])("[S32] ends after %s", async (_what, change) => {
    await sql(`update sessions set ${change}`);
    const answer = await browser.call("GET", "/api/v1/me");
    expect([answer.status, answer.body.error.code]).toEqual([401, "UNAUTHENTICATED"]);
  });

  test("[S32] goes on for twelve hours from when it was last used", async () => {
    await sql("update sessions set seen_at = now() - interval '11 hours'");
    expect((await browser.call("GET", "/api/v1/me")).status).toBe(200);
    const [row] = await sql<{ fresh: boolean }>(
      "select seen_at > now() - interval '1 minute' as fresh from sessions",
    );
    expect(row?.fresh).toBe(true);
  });

  test("ends with the membership", async () => {
    const user = await newUser("temp@laespiga.example", { [DEMO.tenant.id]: "editor" });
    const theirs = openBrowser(api.engine.url);
    expect((await theirs.signIn("temp@laespiga.example", PASSWORD)).status).toBe(200);
    await sql("delete from memberships where user_id = $1", [user]);
    expect((await theirs.call("GET", "/api/v1/me")).status).toBe(401);
  });

  test("that is no token of ours is none", async () => {
    for (const cookie of [
      "centralita_session=",
      "centralita_session=x",
      `centralita_session=${"A".repeat(43)}`,
    ]) {
      expect((await api.anonymous("GET", "/api/v1/me", { headers: { cookie } })).status, cookie).toBe(401);
    }
  });
});

describe("a role", () => {
  test("opens what its scopes name, and the refusal says which is missing", async () => {
    await newUser("vera@laespiga.example", { [DEMO.tenant.id]: "viewer" });
    const answer = await browser.signIn("vera@laespiga.example", PASSWORD);
    expect(answer.body).toMatchObject({ role: "viewer", scopes: [...ROLES.viewer] });
    expect((await browser.call("GET", "/api/v1/flows")).status).toBe(200);
    const refused = await browser.call("POST", "/api/v1/flows", { json: {} });
    expect([refused.status, refused.body.error]).toEqual([
      403,
      expect.objectContaining({ code: "SCOPE_MISSING", details: { scope: "flows:write" } }),
    ]);
    expect(refused.body.error.message).toContain("viewer");
  });
});

describe("somebody who works for two tenants", () => {
  let other: string;

  beforeAll(async () => {
    other = (await api.otherTenant()).tenantId;
    await newUser("two@laespiga.example", { [DEMO.tenant.id]: "editor", [other]: "viewer" });
  });

  test("goes over to the other under a new token, and begins there the next time", async () => {
    await browser.signIn("two@laespiga.example", PASSWORD);
    const [before, cookie] = [await browser.call("GET", "/api/v1/me"), browser.cookie()];
    expect(before.body.tenants).toHaveLength(2);
    const target = before.body.tenant.id === other ? DEMO.tenant.id : other;
    const after = await browser.call("POST", "/api/v1/auth/tenant", { json: { tenantId: target } });
    expect(after.status, after.text).toBe(200);
    expect(after.body.tenant.id).toBe(target);
    expect(after.body.role).toBe(target === other ? "viewer" : "editor");
    expect(after.body.csrfToken).not.toBe(before.body.csrfToken);
    expect(after.body.session.expiresAt).toBe(before.body.session.expiresAt);
    expect((await api.anonymous("GET", "/api/v1/me", { headers: { cookie } })).status).toBe(401);
    expect((await browser.call("GET", "/api/v1/me")).body.tenant.id).toBe(target);
    const next = openBrowser(api.engine.url);
    expect((await next.signIn("two@laespiga.example", PASSWORD)).body.tenant.id).toBe(target);
  });

  test("cannot go where they do not work, or where nothing is", async () => {
    const third = (await api.otherTenant()).tenantId;
    await browser.signIn("two@laespiga.example", PASSWORD);
    for (const tenantId of [third, "ten_nobody"]) {
      const answer = await browser.call("POST", "/api/v1/auth/tenant", { json: { tenantId } });
      expect([answer.status, answer.body.error.code]).toEqual([404, "NOT_FOUND"]);
    }
    expect((await browser.call("GET", "/api/v1/me")).status).toBe(200);
  });

  test("sees only the data of the tenant they are at", async () => {
    await browser.signIn("two@laespiga.example", PASSWORD);
    const count = async (tenantId: string) => {
      await browser.call("POST", "/api/v1/auth/tenant", { json: { tenantId } });
      return (await browser.call("GET", "/api/v1/flows")).body.items.length;
    };
    expect(await count(DEMO.tenant.id)).toBeGreaterThan(0);
    expect(await count(other)).toBe(0);
  });
});

describe("the list of sessions", () => {
  test("shows one's own, says which is this one, and ends one or all others", async () => {
    await newUser("many@laespiga.example", { [DEMO.tenant.id]: "agent" });
    const [one, two, three] = await Promise.all(
      [1, 2, 3].map(async () => {
        const each = openBrowser(api.engine.url);
        await each.signIn("many@laespiga.example", PASSWORD);
        return each;
      }),
    );
    await browser.signIn();
    const list = (await one?.call("GET", "/api/v1/auth/sessions"))?.body.items as SessionItem[];
    expect(list).toHaveLength(3);
    const own = list.filter(({ current }) => current);
    expect(own).toHaveLength(1);
    const mine = (await two?.call("GET", "/api/v1/me"))?.body.session.id;
    expect((await one?.call("DELETE", `/api/v1/auth/sessions/${mine}`))?.status).toBe(204);
    expect((await two?.call("GET", "/api/v1/me"))?.status).toBe(401);
    expect((await one?.call("DELETE", "/api/v1/auth/sessions"))?.body).toEqual({ ended: 1 });
    expect((await three?.call("GET", "/api/v1/me"))?.status).toBe(401);
    expect((await one?.call("GET", "/api/v1/me"))?.status).toBe(200);
    const foreign = (await browser.call("GET", "/api/v1/me")).body.session.id;
    expect((await one?.call("DELETE", `/api/v1/auth/sessions/${foreign}`))?.status).toBe(404);
    expect((await browser.call("GET", "/api/v1/me")).status).toBe(200);
  });
});

interface SessionItem {
  readonly id: string;
  readonly current: boolean;
}

function sql<T extends object>(text: string, values: readonly unknown[] = []): Promise<T[]> {
  return inspect<T>(api.engine.connection, text, values);
}

/** A person with the password of these tests, who works for these tenants. */
async function newUser(who: string, roles: Readonly<Record<string, string>>): Promise<string> {
  const id = `usr_${who.split("@", 1)[0]}`;
  await sql("insert into users (id, email, name, password_hash) values ($1, $2, $2, $3)", [
    id,
    who,
    passwordHash,
  ]);
  for (const [tenant, role] of Object.entries(roles))
    await sql("insert into memberships (tenant_id, user_id, role) values ($1, $2, $3)", [tenant, id, role]);
  return id;
}
