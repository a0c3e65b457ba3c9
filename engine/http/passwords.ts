import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(argon2);

// The smallest that OWASP names for argon2id: about 30 ms and 19 MiB, which a sign-in page may cost a small machine.
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const TAG_BYTES = 32;
const FORM = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** As a PHC string, which says how it was made. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const tag = await tagOf(password, salt, { cost: COST, bytes: TAG_BYTES });
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

/** Takes as long where there is no hash: who has an account is not to be told by the clock. */
export async function isPassword(password: string, hash: string | null): Promise<boolean> {
  const known = FORM.exec(hash ?? "");
  if (!known) {
    await tagOf(password, randomBytes(16), { cost: COST, bytes: TAG_BYTES });
    return false;
  }
  const [memory = 0, passes = 0, parallelism = 0] = known.slice(1, 4).map(Number);
  const [salt, expected] = [Buffer.from(known[4] ?? "", "base64"), Buffer.from(known[5] ?? "", "base64")];
  const cost = { memory, passes, parallelism };
  return timingSafeEqual(await tagOf(password, salt, { cost, bytes: expected.length }), expected);
}

/** The same letters, however the keyboard composed them. */
function tagOf(
  password: string,
  salt: Buffer,
  { cost, bytes }: { readonly cost: Cost; readonly bytes: number },
): Promise<Buffer> {
  const message = password.normalize("NFKC");
  return derive("argon2id", { message, nonce: salt, tagLength: bytes, ...cost });
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
