import { pointerSegments } from "../../engine/core/json-pointer.ts";
import { withValueAt } from "./at-path.ts";
import { setSettings, setVariables } from "./edit-document.ts";
import type { FixMaker } from "./fix-maker.ts";
import { nearestWord } from "./nearest-word.ts";
import { freshId } from "./node-ids.ts";

/** What does not belong there can only be taken away; anything else a person has to write. */
export const malformed: FixMaker = ({ problem }) => {
  if (!problem.message.includes("is not expected here")) return [];
  const path = pointerSegments(problem.path);
  return [
    {
      label: { en: `Remove “${path.at(-1)}”`, es: `Quitar «${path.at(-1)}»` },
      apply: (flow) => withValueAt(flow, path, undefined),
    },
  ];
};

export const duplicateVariable: FixMaker = ({ problem, flow }) => {
  const index = Number(pointerSegments(problem.path)[1]);
  const variable = flow.variables?.[index];
  if (!variable) return [];
  const name = freshId(variable.key, new Set((flow.variables ?? []).map(({ key }) => key)));
  return [
    {
      label: { en: "Remove this declaration", es: "Quitar esta declaración" },
      apply: (now) => setVariables(now, (now.variables ?? []).toSpliced(index, 1)),
    },
    {
      label: { en: `Call it “${name}”`, es: `Llamarla «${name}»` },
      apply: (now) => withValueAt(now, ["variables", index, "key"], name),
    },
  ];
};

export const timezoneUnknown: FixMaker = ({ flow }) => {
  const written = flow.settings.timezone ?? "";
  const meant = nearestWord(written, Intl.supportedValuesOf("timeZone"));
  return [
    ...(meant === undefined
      ? []
      : [
          {
            label: { en: `Use ${meant}`, es: `Usar ${meant}` },
            apply: (now: typeof flow) => setSettings(now, { timezone: meant }),
          },
        ]),
    {
      label: { en: "Use the time zone of the business", es: "Usar la zona horaria del negocio" },
      apply: (now) => setSettings(now, { timezone: undefined }),
    },
  ];
};

export const localeUnknown: FixMaker = () => [
  {
    label: { en: "Use the language of the business", es: "Usar el idioma del negocio" },
    apply: (flow) => setSettings(flow, { locale: undefined }),
  },
];
