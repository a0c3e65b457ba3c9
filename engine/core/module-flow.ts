import type { ErpModule, ModuleTemplate } from "./erp-module.ts";
import type { Flow, FlowNode } from "./flow.ts";

type Language = "en" | "es";

/**
 * The flow that answers every event of a module with its notice: what a tenant adopts, and changes from there. The event
 * tells the variables in its payload, and names the contact. The same module gives the same flow.
 */
export function moduleFlow({ module, title, templates }: ErpModule, language: Language): Flow {
  const words = WORDS[language];
  const notices = templates.map((template, index) => notice(template, index, language));
  const trigger = node("evento", "data.event", { x: 0, y: ROW }, words.event, { module });
  const choice = node("que_paso", "core.branch", { x: COLUMN, y: ROW }, words.choice, {
    cases: templates.map((template) => ({
      port: slugOf(template),
      label: template.title[language],
      when: {
        match: "all",
        conditions: [{ left: "{{ trigger.event }}", operator: "equal_to", right: template.event }],
      },
    })),
  });
  const ends = Object.entries(words.ends).map(([outcome, label], index) =>
    node(`fin_${outcome}`, "core.end", { x: 3 * COLUMN, y: index * ROW }, label, { outcome }),
  );
  return {
    schemaVersion: 1,
    key: `${module}-notices`,
    name: `${words.notices}: ${title[language]}`,
    description: words.description,
    settings: { locale: language },
    nodes: [trigger, choice, ...notices, ...ends],
    edges: [
      edge("evento", "next", "que_paso"),
      ...templates.map((template) => edge("que_paso", slugOf(template), slugOf(template))),
      edge("que_paso", "else", "fin_otro_evento"),
      ...templates.flatMap((template) =>
        Object.entries(ENDS_OF_PORTS).map(([port, outcome]) =>
          edge(slugOf(template), port, `fin_${outcome}`),
        ),
      ),
    ],
  };
}

const COLUMN = 320;
const ROW = 140;

/** How each way out of a notice ends the run; errors are left to the engine. */
const ENDS_OF_PORTS = {
  sent: "avisado",
  undeliverable: "no_entregable",
  opted_out: "no_quiere_mensajes",
  quiet_hours: "fuera_de_horario",
  insufficient_credits: "sin_creditos",
} as const;

const WORDS = {
  es: {
    notices: "Avisos",
    event: "Llega un evento del ERP",
    choice: "¿Qué pasó?",
    description: "Responde cada evento del módulo con su aviso por WhatsApp o SMS.",
    ends: {
      avisado: "Avisado",
      no_entregable: "No se pudo entregar",
      no_quiere_mensajes: "No quiere mensajes",
      fuera_de_horario: "Fuera de horario",
      sin_creditos: "Sin créditos",
      otro_evento: "Otro evento",
    },
  },
  en: {
    notices: "Notices",
    event: "An event of the ERP arrives",
    choice: "What happened?",
    description: "Answers each event of the module with its notice over WhatsApp or SMS.",
    ends: {
      avisado: "Told",
      no_entregable: "Could not be delivered",
      no_quiere_mensajes: "Wants no messages",
      fuera_de_horario: "Out of hours",
      sin_creditos: "No credits",
      otro_evento: "Another event",
    },
  },
} as const;

function notice(template: ModuleTemplate, index: number, language: Language): FlowNode {
  const place = { x: 2 * COLUMN, y: index * ROW };
  const variables = template.variables.map(({ name }) => [name, `{{ trigger.payload.${name} }}`] as const);
  return node(slugOf(template), "messaging.template", place, template.title[language], {
    template: template.key,
    variables: Object.fromEntries(variables),
    channels: template.channels,
    purpose: template.purpose,
  });
}

/** "pos-order-ready" is `pos_order_ready`. */
function slugOf({ key }: ModuleTemplate): string {
  return key.replaceAll("-", "_");
}

function node(
  id: string,
  type: string,
  position: FlowNode["position"],
  label: string,
  params: Readonly<Record<string, unknown>>,
): FlowNode {
  return { id, type, version: 1, position, data: { label, params: { ...params } } };
}

function edge(source: string, sourceHandle: string, target: string): Flow["edges"][number] {
  return { id: `${source}-${sourceHandle}`, source, sourceHandle, target };
}
