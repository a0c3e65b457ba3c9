import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";

export interface SelfSigned {
  readonly key: string;
  readonly cert: string;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const UTF8 = 0x0c;
const GENERALIZED_TIME = 0x18;
const BOOLEAN = 0x01;

/** ecdsa-with-SHA256, commonName, subjectAltName and basicConstraints, as DER. */
const ECDSA_SHA256 = der(0x06, Buffer.from("2a8648ce3d040302", "hex"));
const COMMON_NAME = der(0x06, Buffer.from("550403", "hex"));
const ALTERNATIVE_NAMES = der(0x06, Buffer.from("551d11", "hex"));
const BASIC_CONSTRAINTS = der(0x06, Buffer.from("551d13", "hex"));

/** A certificate of 127.0.0.1 that nobody else vouches for, made anew: a key in a repository is no key. */
export function selfSigned(): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "der" },
  });
  const body = certificateBody(publicKey);
  const signature = sign("sha256", body, createPrivateKey(privateKey));
  const certificate = der(SEQUENCE, body, ECDSA_ALGORITHM, der(BIT_STRING, Buffer.from([0]), signature));
  return { key: privateKey, cert: pem(certificate) };
}

const ECDSA_ALGORITHM = der(SEQUENCE, ECDSA_SHA256);

function certificateBody(publicKey: Buffer): Buffer {
  const name = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8, Buffer.from("127.0.0.1", "ascii")))),
  );
  const validity = der(SEQUENCE, time("20200101000000Z"), time("21000101000000Z"));
  const serial = der(INTEGER, Buffer.from([0x01]), randomBytes(15));
  const version = der(0xa0, der(INTEGER, Buffer.from([2])));
  return der(SEQUENCE, version, serial, ECDSA_ALGORITHM, name, validity, name, publicKey, extensions());
}

function extensions(): Buffer {
  const isAuthority = der(SEQUENCE, der(BOOLEAN, Buffer.from([0xff])));
  const address = der(SEQUENCE, der(0x87, Buffer.from([127, 0, 0, 1])));
  return der(
    0xa3,
    der(
      SEQUENCE,
      der(SEQUENCE, BASIC_CONSTRAINTS, der(OCTET_STRING, isAuthority)),
      der(SEQUENCE, ALTERNATIVE_NAMES, der(OCTET_STRING, address)),
    ),
  );
}

function time(text: string): Buffer {
  return der(GENERALIZED_TIME, Buffer.from(text, "ascii"));
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 128) return Buffer.from([length]);
  const digits = length < 256 ? [length] : [length >> 8, length & 0xff];
  return Buffer.from([0x80 + digits.length, ...digits]);
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
