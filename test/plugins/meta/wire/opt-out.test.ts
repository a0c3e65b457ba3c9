import { expect, test } from "vitest";
import { optOutOf } from "../../../../plugins/meta/wire/opt-out.ts";

test.each(["STOP", "stop", " Stop. ", "¡BAJA!", "bájà", "Alto", "cancelar", "Unsubscribe", "darme  de baja"])(
  "%s stops",
  (body) => expect(optOutOf(body)).toBe("STOP"),
);

test.each(["START", "alta", "¡Alta!"])("%s starts again", (body) => expect(optOutOf(body)).toBe("START"));

test.each(["", "no", "Quiero dar de baja la habitación", "stop by at nine", "altos", "STOP 2"])(
  "%s is an ordinary message",
  (body) => expect(optOutOf(body)).toBeNull(),
);
