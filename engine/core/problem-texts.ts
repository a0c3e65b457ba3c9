import { faultInSpanish } from "./fault-in-spanish.ts";

/** Every problem a flow can have: what each is about, how bad it is, and how it is told. Codes are permanent. */
export interface ProblemFacts {
  document_malformed: { readonly reason: string };
  duplicate_node_id: { readonly id: string };
  duplicate_edge_id: { readonly id: string };
  duplicate_variable: { readonly key: string };
  trigger_missing: Record<never, never>;
  dangling_edge: { readonly edge: string; readonly end: "source" | "target"; readonly id: string };
  edge_into_trigger: { readonly edge: string; readonly id: string };
  port_taken: { readonly id: string; readonly port: string };
  port_unknown: { readonly id: string; readonly port: string; readonly ports: readonly string[] };
  node_unreachable: { readonly id: string };
  loop_without_wait: { readonly ids: readonly string[] };
  parallel_without_join: { readonly id: string };
  join_without_parallel: { readonly id: string };
  branch_never_joins: { readonly id: string; readonly port: string; readonly join: string };
  caller_not_in_branch: { readonly id: string; readonly by: string };
  split_not_whole: { readonly id: string; readonly total: number };
  node_type_unknown: { readonly type: string; readonly nearest: string | undefined };
  node_version_unknown: {
    readonly type: string;
    readonly version: number;
    readonly versions: readonly number[];
  };
  param_invalid: { readonly param: string; readonly reason: string };
  param_unknown: { readonly param: string; readonly type: string; readonly nearest: string | undefined };
  template_malformed: { readonly param: string; readonly reason: string };
  code_malformed: { readonly param: string; readonly line: number; readonly reason: string };
  reference_root_unknown: Reference & {
    readonly nearest: string | undefined;
    readonly roots: readonly string[];
  };
  reference_step_unknown: Reference & { readonly nearest: string | undefined };
  reference_step_later: Reference & { readonly step: string };
  reference_step_skipped: Reference & { readonly step: string };
  reference_output_unknown: Reference & { readonly step: string; readonly outputs: readonly string[] };
  reference_trigger_unknown: Reference & { readonly outputs: readonly string[] };
  variable_undeclared: Reference & { readonly key: string; readonly nearest: string | undefined };
  schedule_invalid: { readonly param: string; readonly reason: string };
  schedule_never_fires: { readonly cron: string; readonly reason: string };
  reference_callback_unknown: Reference & { readonly nearest: string | undefined };
  timezone_unknown: { readonly timezone: string };
  locale_unknown: { readonly locale: string };
}

export type ProblemCode = keyof ProblemFacts;

/** `reference` as it stands in the template: `steps.menu.digits`. */
interface Reference {
  readonly param: string;
  readonly reference: string;
}

interface Told {
  readonly message: string;
  readonly fix: string;
}

interface ProblemText<Facts> {
  readonly severity: "error" | "warning";
  en(facts: Facts): Told;
  es(facts: Facts): Told;
}

export const PROBLEM_TEXTS: { readonly [Code in ProblemCode]: ProblemText<ProblemFacts[Code]> } = {
  document_malformed: {
    severity: "error",
    en: ({ reason }) => ({
      message: `The flow document is not well formed here: ${reason}.`,
      fix: "Correct this part of the document.",
    }),
    es: ({ reason }) => ({
      message: `El documento del flujo no está bien formado aquí: ${faultInSpanish(reason)}.`,
      fix: "Corrija esta parte del documento.",
    }),
  },
  duplicate_node_id: {
    severity: "error",
    en: ({ id }) => ({
      message: `More than one node has the id "${id}".`,
      fix: "Give this node an id of its own.",
    }),
    es: ({ id }) => ({
      message: `Más de un nodo tiene el id "${id}".`,
      fix: "Dé a este nodo un id propio.",
    }),
  },
  duplicate_edge_id: {
    severity: "error",
    en: ({ id }) => ({
      message: `More than one connection has the id "${id}".`,
      fix: "Give this connection an id of its own.",
    }),
    es: ({ id }) => ({
      message: `Más de una conexión tiene el id "${id}".`,
      fix: "Dé a esta conexión un id propio.",
    }),
  },
  duplicate_variable: {
    severity: "error",
    en: ({ key }) => ({
      message: `The variable "${key}" is declared more than once.`,
      fix: "Remove one of the declarations or rename it.",
    }),
    es: ({ key }) => ({
      message: `La variable "${key}" está declarada más de una vez.`,
      fix: "Elimine una de las declaraciones o cámbiele el nombre.",
    }),
  },
  trigger_missing: {
    severity: "error",
    en: () => ({
      message: "The flow has no trigger, so nothing can start it.",
      fix: "Add a trigger, for example an incoming call, and connect it.",
    }),
    es: () => ({
      message: "El flujo no tiene disparador, así que nada puede iniciarlo.",
      fix: "Agregue un disparador, por ejemplo una llamada entrante, y conéctelo.",
    }),
  },
  dangling_edge: {
    severity: "error",
    en: ({ edge, end, id }) => ({
      message: `The connection "${edge}" ${end === "source" ? "starts at" : "leads to"} "${id}", which does not exist.`,
      fix: "Connect it to an existing node or delete it.",
    }),
    es: ({ edge, end, id }) => ({
      message: `La conexión "${edge}" ${end === "source" ? "sale de" : "lleva a"} "${id}", que no existe.`,
      fix: "Conéctela a un nodo existente o elimínela.",
    }),
  },
  edge_into_trigger: {
    severity: "error",
    en: ({ edge, id }) => ({
      message: `The connection "${edge}" leads into the trigger "${id}".`,
      fix: "A trigger only starts the flow; connect to another node.",
    }),
    es: ({ edge, id }) => ({
      message: `La conexión "${edge}" entra en el disparador "${id}".`,
      fix: "Un disparador solo inicia el flujo; conéctela a otro nodo.",
    }),
  },
  port_taken: {
    severity: "error",
    en: ({ id, port }) => ({
      message: `More than one connection leaves "${id}" by its port "${port}".`,
      fix: "Keep one of them: a run takes a single way.",
    }),
    es: ({ id, port }) => ({
      message: `Más de una conexión sale de "${id}" por su salida "${port}".`,
      fix: "Deje solo una: una ejecución sigue un único camino.",
    }),
  },
  port_unknown: {
    severity: "error",
    en: ({ id, port, ports }) => ({
      message: `"${id}" has no port "${port}".`,
      fix: `Use one of its ports: ${ports.join(", ")}.`,
    }),
    es: ({ id, port, ports }) => ({
      message: `"${id}" no tiene la salida "${port}".`,
      fix: `Use una de sus salidas: ${ports.join(", ")}.`,
    }),
  },
  node_unreachable: {
    severity: "warning",
    en: ({ id }) => ({
      message: `No trigger leads to "${id}", so it never runs.`,
      fix: "Connect it or delete it.",
    }),
    es: ({ id }) => ({
      message: `Ningún disparador lleva a "${id}", así que nunca se ejecuta.`,
      fix: "Conéctelo o elimínelo.",
    }),
  },
  loop_without_wait: {
    severity: "error",
    en: ({ ids }) => ({
      message: `These nodes form a loop in which nothing ever waits: ${ids.join(", ")}.`,
      fix: "Put a node that waits into the loop, or lead it out.",
    }),
    es: ({ ids }) => ({
      message: `Estos nodos forman un ciclo en el que nada espera nunca: ${ids.join(", ")}.`,
      fix: "Ponga en el ciclo un nodo que espere, o dele una salida.",
    }),
  },
  parallel_without_join: {
    severity: "error",
    en: ({ id }) => ({
      message: `The branches of "${id}" do not come together.`,
      fix: "Lead all of them to the same “Join”.",
    }),
    es: ({ id }) => ({
      message: `Las ramas de "${id}" no vuelven a juntarse.`,
      fix: "Lleve todas al mismo «Unir».",
    }),
  },
  join_without_parallel: {
    severity: "error",
    en: ({ id }) => ({
      message: `No branches come together in "${id}".`,
      fix: "Lead the branches of an “At the same time” here, or delete it.",
    }),
    es: ({ id }) => ({
      message: `En "${id}" no se junta ninguna rama.`,
      fix: "Traiga aquí las ramas de un «A la vez», o elimínelo.",
    }),
  },
  branch_never_joins: {
    severity: "warning",
    en: ({ id, port, join }) => ({
      message: `The branch "${port}" of "${id}" never comes to "${join}", where the others come together.`,
      fix: `Lead it to "${join}", unless it should just end.`,
    }),
    es: ({ id, port, join }) => ({
      message: `La rama "${port}" de "${id}" no llega nunca a "${join}", donde se juntan las demás.`,
      fix: `Llévela a "${join}", salvo que deba terminar sin más.`,
    }),
  },
  caller_not_in_branch: {
    severity: "error",
    en: ({ id, by }) => ({
      message: `"${id}" needs somebody on the line, and nobody is in what "${by}" runs side by side.`,
      fix: "Put it before the branches or after they have come together.",
    }),
    es: ({ id, by }) => ({
      message: `"${id}" necesita a alguien al otro lado, y no hay nadie en lo que "${by}" ejecuta a la vez.`,
      fix: "Póngalo antes de las ramas o después de que se junten.",
    }),
  },
  split_not_whole: {
    severity: "error",
    en: ({ id, total }) => ({
      message: `The percentages of "${id}" add up to ${total}.`,
      fix: "Change them so that they add up to 100.",
    }),
    es: ({ id, total }) => ({
      message: `Los porcentajes de "${id}" suman ${total}.`,
      fix: "Cámbielos para que sumen 100.",
    }),
  },
  node_type_unknown: {
    severity: "error",
    en: ({ type, nearest }) => ({
      message: `There is no node type "${type}".`,
      fix: nearest
        ? `Did you mean "${nearest}"?`
        : "Use a type of the catalogue, or install the plugin that brings it.",
    }),
    es: ({ type, nearest }) => ({
      message: `No existe el tipo de nodo "${type}".`,
      fix: nearest
        ? `¿Quería decir "${nearest}"?`
        : "Use un tipo del catálogo o instala el plugin que lo trae.",
    }),
  },
  node_version_unknown: {
    severity: "error",
    en: ({ type, version, versions }) => ({
      message: `"${type}" has no version ${version}.`,
      fix: `Use version ${versions.join(" or ")}.`,
    }),
    es: ({ type, version, versions }) => ({
      message: `"${type}" no tiene la versión ${version}.`,
      fix: `Use la versión ${versions.join(" o ")}.`,
    }),
  },
  param_invalid: {
    severity: "error",
    en: ({ param, reason }) => ({
      message: `${param ? `The parameter "${param}"` : "The set of parameters"} is not valid: ${reason}.`,
      fix: "Correct the value, or use a template that gives one that fits.",
    }),
    es: ({ param, reason }) => ({
      message: `${param ? `El parámetro "${param}"` : "El conjunto de parámetros"} no es válido: ${faultInSpanish(reason)}.`,
      fix: "Corrija el valor o use una plantilla que dé uno adecuado.",
    }),
  },
  param_unknown: {
    severity: "error",
    en: ({ param, type, nearest }) => ({
      message: `"${type}" has no parameter "${param}".`,
      fix: nearest ? `Did you mean "${nearest}"?` : "Remove it.",
    }),
    es: ({ param, type, nearest }) => ({
      message: `"${type}" no tiene el parámetro "${param}".`,
      fix: nearest ? `¿Quería decir "${nearest}"?` : "Elimínelo.",
    }),
  },
  template_malformed: {
    severity: "error",
    en: ({ param, reason }) => ({
      message: `The template in "${param}" cannot be read: ${reason}.`,
      fix: "Check that every {{ and {% is closed and every tag exists.",
    }),
    es: ({ param, reason }) => ({
      message: `La plantilla de "${param}" no se puede leer: ${reason}.`,
      fix: "Compruebe que cada {{ y {% esté cerrado y que cada etiqueta exista.",
    }),
  },
  code_malformed: {
    severity: "error",
    en: ({ param, line, reason }) => ({
      message: `The code in "${param}" cannot be read at line ${line}: ${reason}.`,
      fix: "Write the body of a function, such as: return { total: inputs.a + inputs.b }.",
    }),
    es: ({ param, line, reason }) => ({
      message: `El código de "${param}" no se puede leer en la línea ${line}: ${reason}.`,
      fix: "Escriba el cuerpo de una función, por ejemplo: return { total: inputs.a + inputs.b }.",
    }),
  },
  reference_root_unknown: {
    severity: "error",
    en: ({ param, reference, nearest, roots }) => ({
      message: `"${param}" uses {{ ${reference} }}, but there is nothing of that name.`,
      fix: nearest ? `Did you mean "${nearest}"?` : `A variable begins with one of: ${roots.join(", ")}.`,
    }),
    es: ({ param, reference, nearest, roots }) => ({
      message: `"${param}" usa {{ ${reference} }}, pero no hay nada con ese nombre.`,
      fix: nearest
        ? `¿Quería decir "${nearest}"?`
        : `Una variable empieza por una de estas palabras: ${roots.join(", ")}.`,
    }),
  },
  reference_step_unknown: {
    severity: "error",
    en: ({ param, reference, nearest }) => ({
      message: `"${param}" uses {{ ${reference} }}, but no step has that id.`,
      fix: nearest
        ? `Did you mean "steps.${nearest}"?`
        : "Use the id of a node of this flow; what started it is in trigger.",
    }),
    es: ({ param, reference, nearest }) => ({
      message: `"${param}" usa {{ ${reference} }}, pero ningún paso tiene ese id.`,
      fix: nearest
        ? `¿Quería decir "steps.${nearest}"?`
        : "Use el id de un nodo de este flujo; lo que lo inició está en trigger.",
    }),
  },
  reference_step_later: {
    severity: "error",
    en: ({ param, reference, step }) => ({
      message: `"${param}" uses {{ ${reference} }}, but "${step}" can never have run before this node.`,
      fix: `Lead "${step}" to this node, or use another step.`,
    }),
    es: ({ param, reference, step }) => ({
      message: `"${param}" usa {{ ${reference} }}, pero "${step}" nunca puede haberse ejecutado antes de este nodo.`,
      fix: `Haga que "${step}" lleve a este nodo, o use otro paso.`,
    }),
  },
  reference_step_skipped: {
    severity: "warning",
    en: ({ param, reference, step }) => ({
      message: `"${param}" uses {{ ${reference} }}, but a run can come here without passing "${step}".`,
      fix: `Add a default, as in {{ ${reference} | default: "…" }}.`,
    }),
    es: ({ param, reference, step }) => ({
      message: `"${param}" usa {{ ${reference} }}, pero una ejecución puede llegar aquí sin pasar por "${step}".`,
      fix: `Agregue un valor por defecto, como {{ ${reference} | default: "…" }}.`,
    }),
  },
  reference_output_unknown: {
    severity: "error",
    en: ({ param, reference, step, outputs }) => ({
      message: `"${param}" uses {{ ${reference} }}, but "${step}" does not give that.`,
      fix: given("It gives", "It gives nothing.", outputs),
    }),
    es: ({ param, reference, step, outputs }) => ({
      message: `"${param}" usa {{ ${reference} }}, pero "${step}" no da eso.`,
      fix: given("Da", "No da nada.", outputs),
    }),
  },
  reference_trigger_unknown: {
    severity: "error",
    en: ({ param, reference, outputs }) => ({
      message: `"${param}" uses {{ ${reference} }}, but no trigger of this flow gives that.`,
      fix: given("The trigger gives", "The trigger gives nothing.", outputs),
    }),
    es: ({ param, reference, outputs }) => ({
      message: `"${param}" usa {{ ${reference} }}, pero ningún disparador de este flujo da eso.`,
      fix: given("El disparador da", "El disparador no da nada.", outputs),
    }),
  },
  variable_undeclared: {
    severity: "warning",
    en: ({ param, reference, key, nearest }) => ({
      message: `"${param}" uses {{ ${reference} }}, but nothing sets the variable "${key}".`,
      fix: nearest
        ? `Did you mean "vars.${nearest}"?`
        : "Declare it in the flow, or set it in an earlier step.",
    }),
    es: ({ param, reference, key, nearest }) => ({
      message: `"${param}" usa {{ ${reference} }}, pero nada asigna la variable "${key}".`,
      fix: nearest
        ? `¿Quería decir "vars.${nearest}"?`
        : "Declárela en el flujo o asígnela en un paso anterior.",
    }),
  },
  schedule_invalid: {
    severity: "error",
    en: ({ param, reason }) => ({
      message: `The schedule cannot be read: "${param}" ${reason}.`,
      fix: "Write five fields (minute, hour, day of the month, month, day of the week), such as 30 8 * * mon-fri.",
    }),
    es: ({ param, reason }) => ({
      message: `No se puede leer la programación: "${param}" (${reason}).`,
      fix: "Escriba cinco campos (minuto, hora, día del mes, mes, día de la semana), como 30 8 * * mon-fri.",
    }),
  },
  schedule_never_fires: {
    severity: "error",
    en: ({ cron, reason }) => ({
      message: `The schedule "${cron}" never fires: ${reason}.`,
      fix: "Choose a moment that comes.",
    }),
    es: ({ cron, reason }) => ({
      message: `La programación "${cron}" no se cumple nunca: ${reason}.`,
      fix: "Elija un momento que llegue alguna vez.",
    }),
  },
  reference_callback_unknown: {
    severity: "error",
    en: ({ param, reference, nearest }) => ({
      message: `"${param}" uses {{ ${reference} }}, but no node of that id waits for a callback.`,
      fix: nearest ? `Write callbacks.${nearest}.` : "Name a node of the type core.wait-for-callback.",
    }),
    es: ({ param, reference, nearest }) => ({
      message: `"${param}" usa {{ ${reference} }}, pero ningún nodo con ese id espera una devolución de llamada.`,
      fix: nearest ? `Escriba callbacks.${nearest}.` : "Nombre un nodo del tipo core.wait-for-callback.",
    }),
  },
  timezone_unknown: {
    severity: "error",
    en: ({ timezone }) => ({
      message: `"${timezone}" is not a time zone.`,
      fix: 'Use an IANA name such as "America/Bogota" or "Europe/Madrid".',
    }),
    es: ({ timezone }) => ({
      message: `"${timezone}" no es una zona horaria.`,
      fix: 'Use un nombre IANA como "America/Bogota" o "Europe/Madrid".',
    }),
  },
  locale_unknown: {
    severity: "error",
    en: ({ locale }) => ({
      message: `"${locale}" is not a language tag.`,
      fix: 'Use a BCP 47 tag such as "es-CO" or "en".',
    }),
    es: ({ locale }) => ({
      message: `"${locale}" no es una etiqueta de idioma.`,
      fix: 'Use una etiqueta BCP 47 como "es-CO" o "en".',
    }),
  },
};

function given(gives: string, nothing: string, outputs: readonly string[]): string {
  return outputs.length > 0 ? `${gives}: ${outputs.join(", ")}.` : nothing;
}
