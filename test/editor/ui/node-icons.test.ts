import { expect, test } from "vitest";
import { NODE_ICONS } from "../../../editor/ui/node-icons.ts";
import { CATALOGUE } from "../model/real-flows.ts";

test("every node that comes with the engine has its own icon on the screen", () => {
  const unknown = CATALOGUE.all
    .filter(({ icon }) => !(icon in NODE_ICONS))
    .map(({ type, icon }) => `${type}: ${icon}`);
  expect(unknown).toEqual([]);
});
