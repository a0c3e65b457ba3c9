import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import type { JsonObject } from "../core/json.ts";
import { AppError } from "../errors.ts";

/** What a sealed secret belongs to: a sealed value moved to another row cannot be opened there. */
export interface SealedPlace {
  readonly tenantId: string;
  readonly table: string;
  readonly row: string;
}

/** Seals and signs with keys derived from the one master key. */
export interface Keys {
  seal(place: SealedPlace, fields: JsonObject): JsonObject;
  /** @throws AppError SECRET_UNREADABLE with another key, in another row, or when it was changed */
  open(place: SealedPlace, sealed: JsonObject): JsonObject;
  /** Sealed with the key that seals now. */
  isPresent(sealed: JsonObject): boolean;
  /** Sealed with one of the keys that were given. */
  isKnown(sealed: JsonObject): boolean;
  /** A short signature for URLs of ours, with the id of its key. */
  sign(purpose: string, value: string): string;
  verify(purpose: string, value: string, signature: string): boolean;
  /** What signs tokens of another standard for a purpose: that of this id, else the present one; null where it is not known. */
  tokenKey(purpose: string, id?: string): { readonly id: string; readonly secret: Buffer } | null;
}

/** What one master key makes. */
interface KeySet {
  readonly id: string;
  readonly sealing: Buffer;
  readonly signing: Buffer;
}

/**
 * `masterKey` seals and signs; what the `previous` ones made can still be opened and verified, so that the master key can
 * be changed while secrets are stored and signed addresses are out. Both carry the id of their key.
 */
export function createKeys(masterKey: Buffer, previous: readonly Buffer[] = []): Keys {
  const current = keySet(masterKey);
  const known = new Map([...previous.map(keySet), current].map((set) => [set.id, set]));
  return {
    seal(place, fields) {
      const iv = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", current.sealing, iv).setAAD(aad(place));
      const data = Buffer.concat([cipher.update(JSON.stringify(fields), "utf8"), cipher.final()]);
      return {
        kid: current.id,
        iv: iv.toString("base64"),
        tag: cipher.getAuthTag().toString("base64"),
        data: data.toString("base64"),
      };
    },
    open(place, sealed) {
      const set = known.get(String(sealed.kid)) ?? current;
      try {
        const decipher = createDecipheriv("aes-256-gcm", set.sealing, bytes(sealed.iv), {
          // Else node takes a tag of 4 bytes too, which can be guessed.
          authTagLength: 16,
        }).setAAD(aad(place));
        decipher.setAuthTag(bytes(sealed.tag));
        return JSON.parse(
          Buffer.concat([decipher.update(bytes(sealed.data)), decipher.final()]).toString("utf8"),
        );
      } catch (error) {
        throw new AppError(
          "SECRET_UNREADABLE",
          `The secret of ${place.table} ${place.row} was sealed with key ${String(sealed.kid)} and cannot be opened with key ${set.id}; is MASTER_KEY the one it was saved with, or that one in MASTER_KEY_PREVIOUS?`,
          {},
          error,
        );
      }
    },
    isPresent: (sealed) => sealed.kid === current.id,
    isKnown: (sealed) => known.has(String(sealed.kid)),
    sign: (purpose, value) => signed(current, purpose, value),
    verify(purpose, value, signature) {
      const set = known.get(signature.split("-", 1)[0] ?? "");
      return set !== undefined && isSame(signature, signed(set, purpose, value));
    },
    tokenKey(purpose, id = current.id) {
      const set = known.get(id);
      return set ? { id, secret: derive(set.signing, purpose) } : null;
    },
  };
}

function keySet(masterKey: Buffer): KeySet {
  const sealing = derive(masterKey, "seal");
  const id = createHash("sha256").update(sealing).digest("hex").slice(0, 8);
  return { id, sealing, signing: derive(masterKey, "sign") };
}

function signed({ id, signing }: KeySet, purpose: string, value: string): string {
  const mac = createHmac("sha256", signing).update(`${purpose}\n${value}`).digest("hex");
  return `${id}-${mac.slice(0, 32)}`;
}

function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function derive(masterKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", masterKey, "centralita", purpose, 32));
}

function aad(place: SealedPlace): Buffer {
  return Buffer.from(`${place.tenantId}/${place.table}/${place.row}`);
}

function bytes(value: unknown): Buffer {
  return Buffer.from(typeof value === "string" ? value : "", "base64");
}
