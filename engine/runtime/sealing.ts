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
  /** A short signature for URLs of ours. */
  sign(purpose: string, value: string): string;
  verify(purpose: string, value: string, signature: string): boolean;
}

export function createKeys(masterKey: Buffer): Keys {
  const sealingKey = derive(masterKey, "seal");
  const signingKey = derive(masterKey, "sign");
  const keyId = createHash("sha256").update(sealingKey).digest("hex").slice(0, 8);
  const sign = (purpose: string, value: string) =>
    createHmac("sha256", signingKey).update(`${purpose}\n${value}`).digest("hex").slice(0, 32);
  return {
    seal(place, fields) {
      const iv = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", sealingKey, iv).setAAD(aad(place));
      const data = Buffer.concat([cipher.update(JSON.stringify(fields), "utf8"), cipher.final()]);
      return {
        kid: keyId,
        iv: iv.toString("base64"),
        tag: cipher.getAuthTag().toString("base64"),
        data: data.toString("base64"),
      };
    },
    open(place, sealed) {
      try {
        const decipher = createDecipheriv("aes-256-gcm", sealingKey, bytes(sealed.iv), {
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
          `The secret of ${place.table} ${place.row} was sealed with key ${String(sealed.kid)} and cannot be opened with key ${keyId}; is MASTER_KEY the one it was saved with?`,
          {},
          error,
        );
      }
    },
    sign,
    verify(purpose, value, signature) {
      const expected = Buffer.from(sign(purpose, value));
      const given = Buffer.from(signature);
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
  };
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
