import type { SendParams } from "../nodes/send-params.ts";
import { interactive } from "./interactive.ts";
import { type Composed, counted, fitting, given, needed, unique } from "./limits.ts";

/** Up to three buttons; the one that is tapped comes back as a message. */
export function buttons(params: SendParams): Composed {
  const list = counted("buttons", params.buttons, [1, 3]).map(({ id, title }, index) => ({
    type: "reply",
    reply: {
      id: needed(`buttons[${index}].id`, id, 256),
      title: needed(`buttons[${index}].title`, title, 20),
    },
  }));
  unique(
    "buttons",
    list.map(({ reply }) => reply.title),
  );
  unique(
    "buttons",
    list.map(({ reply }) => reply.id),
  );
  return interactive({ type: "button", action: { buttons: list } }, params);
}

const MOST_SECTIONS = 10;
const MOST_ROWS = 10;

/** A list behind a button: ten rows in all, in one or more sections. */
export function list(params: SendParams): Composed {
  const { list: chosen } = params;
  const button = needed("list.button", chosen?.button, 20);
  const given = counted("list.sections", chosen?.sections, [1, MOST_SECTIONS]);
  const sections = given.map((section, index) =>
    sectionOf(section, `list.sections[${index}]`, given.length > 1),
  );
  const rows = sections.flatMap((section) => section.rows);
  counted("list.sections of all rows", rows, [1, MOST_ROWS]);
  unique(
    "list.sections: the id of a row",
    rows.map((row) => String(row.id)),
  );
  const action = { button, sections };
  return interactive({ type: "list", mostText: 4096, headers: "text", action }, params);
}

type Section = NonNullable<SendParams["list"]>["sections"][number];

function sectionOf({ title, rows }: Section, field: string, titleNeeded: boolean) {
  const named = titleNeeded || title !== undefined;
  return {
    ...(named ? { title: needed(`${field}.title`, title, 24) } : {}),
    rows: counted(`${field}.rows`, rows, [1, MOST_ROWS]).map((row, index) => {
      const at = `${field}.rows[${index}]`;
      return given({
        id: needed(`${at}.id`, row.id, 200),
        title: needed(`${at}.title`, row.title, 24),
        description:
          row.description === undefined ? undefined : fitting(`${at}.description`, row.description, 72),
      });
    }),
  };
}
