import { statSync } from "node:fs";
import path from "node:path";

/**
 * True when any account may enter this folder and all above it. A test that acts as another account can only run from such
 * a place: that account must be able to read the project itself.
 */
export function isOpenToOthers(folder: string): boolean {
  const enterable = (statSync(folder).mode & 0o001) !== 0;
  const parent = path.dirname(folder);
  return enterable && (parent === folder || isOpenToOthers(parent));
}
