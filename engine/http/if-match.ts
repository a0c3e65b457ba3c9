import { AppError } from "../errors.ts";

const REVISION = /^(?:W\/)?"?(\d{1,9})"?$/;

/** The revision a change was made from, or null where the header is absent. @throws AppError INPUT_INVALID */
export function revisionIn(ifMatch: string | undefined): number | null {
  if (ifMatch === undefined) return null;
  const revision = REVISION.exec(ifMatch.trim())?.[1];
  if (revision === undefined)
    throw new AppError(
      "INPUT_INVALID",
      `If-Match is ${ifMatch}; expected the revision of what is changed, such as "3".`,
    );
  return Number(revision);
}

/** @throws AppError PRECONDITION_REQUIRED, INPUT_INVALID */
export function requiredRevision(ifMatch: string | undefined): number {
  const revision = revisionIn(ifMatch);
  if (revision === null) {
    throw new AppError("PRECONDITION_REQUIRED", "Say in If-Match which revision this change was made from.");
  }
  return revision;
}

export function etagOf(revision: number): string {
  return `"${revision}"`;
}
