import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { type Answer, apiClient, type CallOptions } from "./api-client.ts";

/** Somebody's browser on a page of ours: it keeps the cookie and says where a request comes from. */
export interface Browser {
  /** The cookie as it would be sent; empty: none. */
  readonly cookie: () => string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  signIn(email?: string, password?: string): Promise<Answer>;
}

export function openBrowser(url: string): Browser {
  const send = apiClient(url, null);
  let cookie = "";
  let csrf = "";
  const call: Browser["call"] = async (method, path, { headers = {}, ...rest } = {}) => {
    const own = {
      origin: url,
      ...(cookie === "" ? {} : { cookie }),
      ...(csrf === "" ? {} : { "x-csrf-token": csrf }),
    };
    const answer = await send(method, path, { headers: { ...own, ...headers }, ...rest });
    for (const line of answer.headers.getSetCookie()) cookie = line.split(";", 1)[0]?.replace(/=$/, "") ?? "";
    if (typeof answer.body?.csrfToken === "string") csrf = answer.body.csrfToken;
    return answer;
  };
  return {
    cookie: () => cookie,
    call,
    signIn: (email = DEMO.signIn.email, password = DEMO.signIn.password) =>
      call("POST", "/api/v1/auth/login", { json: { email, password } }),
  };
}
