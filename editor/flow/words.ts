import { defineWords } from "../words/words.ts";

export const flowWords = defineWords(
  {
    saved: "Saved",
    unsaved: "Not saved yet",
    saving: "Saving…",
    offline: "No connection: kept on this device",
    conflict: "Changed by somebody else",
    refused: "Not saved",
    undo: "Undo",
    redo: "Redo",
    undoWhat: (what: string) => `Undo: ${what}`,
    redoWhat: (what: string) => `Redo: ${what}`,
    problems: "Problems",
    noProblems: "No problems",
    problemCount: (n: number) => (n === 1 ? "1 problem" : `${n} problems`),
    simulate: "Simulate",
    publish: "Publish",
    publishTitle: "Publish this flow",
    publishText:
      "New calls and messages take the published version at once. What is already under way ends as it began.",
    publishFirst: "It has not been published before.",
    publishSame: "Nothing changed since the version that is published.",
    publishChanges: (version: number) => `What changes against version ${version}`,
    publishNote: "What changed, in your words",
    publishNow: "Publish now",
    published: (version: number) => `Version ${version} is published`,
    fixFirst: (n: number) =>
      n === 1 ? "One problem keeps it from being published." : `${n} problems keep it from being published.`,
    showOnCanvas: "Show on the canvas",
    versions: "Versions",
    noVersions: "Not published yet",
    noVersionsText:
      "Each time you publish, a version is kept here that you can look at, compare and restore.",
    version: (n: number) => `Version ${n}`,
    current: "published now",
    by: (who: string) => `by ${who}`,
    view: "Look at",
    compare: "Compare with the draft",
    restore: "Restore as draft",
    restored: (n: number) => `The draft is version ${n} again. Undo takes it back.`,
    viewing: (n: number) => `You are looking at version ${n}. It cannot be changed.`,
    backToDraft: "Back to the draft",
    inFlight: (n: number) => (n === 1 ? "1 run under way" : `${n} runs under way`),
    traffic: "Traffic",
    trafficHint: "Traffic: where people go in this flow, and where they leave it",
    trafficVersion: "Version",
    trafficPeriod: "Period",
    allVersions: "All versions",
    days: (n: number) => `${n} days`,
    find: "Find",
    findPlaceholder: "Text, node or variable",
    findHere: "In this flow",
    findEverywhere: "In all flows",
    findNothing: "Nothing found",
    outline: "Outline",
    outlineText: "The same flow as a list, from top to bottom.",
    export: "Export",
    more: "More",
    rename: "Name of the flow",
    conflictTitle: "Somebody else changed this flow",
    conflictText: (ago: string) =>
      `It was saved ${ago} from another place while you were working on it. Nothing of yours is lost: choose how to go on.`,
    conflictTheirs: "What they changed",
    conflictYours: "What you changed",
    conflictMerge: "Merge both",
    conflictMergeText: "Keeps what both did. Where both changed the same thing, yours stays.",
    conflictClashes: (n: number) =>
      n === 1 ? "1 thing was changed by both" : `${n} things were changed by both`,
    conflictMine: "Keep mine",
    conflictTake: "Take theirs",
    recovered: "What you had not saved last time is back.",
    elsewhere: (who: string) => `${who} is editing this flow. You can look at it, and simulate it.`,
    takeOver: "Take over",
    here: (names: string) => `Also here: ${names}`,
    fix: "Fix",
    error: "Error",
    warning: "Warning",
    noProblemsText: "This flow can be published.",
    problemsTitle: "Problems",
    costs: "What one run uses up",
    costsNothing: "No credits.",
    costsText:
      "By the way it takes, the dearest first. Credits of your plan, and what the vendor asks where its price is known.",
    costsCredits: (min: number, max: number | null) =>
      max === null
        ? `from ${min} ${min === 1 ? "credit" : "credits"}`
        : min === max
          ? `${min} ${min === 1 ? "credit" : "credits"}`
          : `${min} to ${max} credits`,
    costsLoops: "It may go round several times.",
    costsMore: "There are more ways than are listed.",
    costOf: (meter: string, min: number, max: number | null) =>
      max === null
        ? `${meter}: ${min} or more`
        : min === max
          ? `${meter}: ${min}`
          : `${meter}: ${min} to ${max}`,
    loadingFlow: "Opening the flow…",
  },
  {
    saved: "Guardado",
    unsaved: "Sin guardar",
    saving: "Guardando…",
    offline: "Sin conexión: guardado en este equipo",
    conflict: "Lo cambió otra persona",
    refused: "No se guardó",
    undo: "Deshacer",
    redo: "Rehacer",
    undoWhat: (what: string) => `Deshacer: ${what}`,
    redoWhat: (what: string) => `Rehacer: ${what}`,
    problems: "Problemas",
    noProblems: "Sin problemas",
    problemCount: (n: number) => (n === 1 ? "1 problema" : `${n} problemas`),
    simulate: "Simular",
    publish: "Publicar",
    publishTitle: "Publicar este flujo",
    publishText:
      "Las llamadas y mensajes nuevos usan enseguida la versión publicada. Lo que ya está en marcha termina como empezó.",
    publishFirst: "Todavía no se había publicado.",
    publishSame: "Nada cambió desde la versión publicada.",
    publishChanges: (version: number) => `Qué cambia frente a la versión ${version}`,
    publishNote: "Qué cambió, en sus palabras",
    publishNow: "Publicar ahora",
    published: (version: number) => `La versión ${version} está publicada`,
    fixFirst: (n: number) =>
      n === 1 ? "Un problema impide publicarlo." : `${n} problemas impiden publicarlo.`,
    showOnCanvas: "Ver en el lienzo",
    versions: "Versiones",
    noVersions: "Aún sin publicar",
    noVersionsText: "Cada vez que publica, aquí queda una versión que puede ver, comparar y restaurar.",
    version: (n: number) => `Versión ${n}`,
    current: "publicada ahora",
    by: (who: string) => `por ${who}`,
    view: "Ver",
    compare: "Comparar con el borrador",
    restore: "Restaurar como borrador",
    restored: (n: number) => `El borrador vuelve a ser la versión ${n}. Deshacer lo revierte.`,
    viewing: (n: number) => `Está viendo la versión ${n}. No se puede cambiar.`,
    backToDraft: "Volver al borrador",
    inFlight: (n: number) => (n === 1 ? "1 ejecución en marcha" : `${n} ejecuciones en marcha`),
    traffic: "Tráfico",
    trafficHint: "Tráfico: por dónde va la gente en este flujo, y dónde lo deja",
    trafficVersion: "Versión",
    trafficPeriod: "Periodo",
    allVersions: "Todas las versiones",
    days: (n: number) => `${n} días`,
    find: "Buscar",
    findPlaceholder: "Texto, paso o variable",
    findHere: "En este flujo",
    findEverywhere: "En todos los flujos",
    findNothing: "No se encontró nada",
    outline: "Esquema",
    outlineText: "El mismo flujo como lista, de arriba abajo.",
    export: "Exportar",
    more: "Más",
    rename: "Nombre del flujo",
    conflictTitle: "Otra persona cambió este flujo",
    conflictText: (ago: string) =>
      `Se guardó ${ago} desde otro sitio mientras usted trabajaba en él. No se pierde nada suyo: elija cómo seguir.`,
    conflictTheirs: "Lo que cambió la otra persona",
    conflictYours: "Lo que cambió usted",
    conflictMerge: "Combinar ambos",
    conflictMergeText: "Conserva lo de los dos. Donde ambos cambiaron lo mismo, queda lo suyo.",
    conflictClashes: (n: number) =>
      n === 1 ? "1 cosa la cambiaron los dos" : `${n} cosas las cambiaron los dos`,
    conflictMine: "Quedarme con lo mío",
    conflictTake: "Tomar lo suyo",
    recovered: "Volvió lo que la última vez quedó sin guardar.",
    elsewhere: (who: string) => `${who} está editando este flujo. Usted puede verlo y simularlo.`,
    takeOver: "Tomar el control",
    here: (names: string) => `También aquí: ${names}`,
    fix: "Arreglar",
    error: "Error",
    warning: "Aviso",
    noProblemsText: "Este flujo se puede publicar.",
    problemsTitle: "Problemas",
    costs: "Lo que gasta una ejecución",
    costsNothing: "Ningún crédito.",
    costsText:
      "Según el camino, el más caro primero. Créditos de su plan, y lo que pide el proveedor si se conoce su precio.",
    costsCredits: (min: number, max: number | null) =>
      max === null
        ? `${min} créditos o más`
        : min === max
          ? `${min} créditos`
          : `de ${min} a ${max} créditos`,
    costsLoops: "Puede dar varias vueltas.",
    costsMore: "Hay más caminos de los que se muestran.",
    costOf: (meter: string, min: number, max: number | null) =>
      max === null
        ? `${meter}: ${min} o más`
        : min === max
          ? `${meter}: ${min}`
          : `${meter}: de ${min} a ${max}`,
    loadingFlow: "Abriendo el flujo…",
  },
);

/** Labels of the history, which keeps both languages. */
export const FLOW_LABELS = {
  recovered: { en: "Recover unsaved changes", es: "Recuperar cambios sin guardar" },
  merged: { en: "Merge with somebody else's changes", es: "Combinar con los cambios de otra persona" },
  restored: { en: "Restore a version", es: "Restaurar una versión" },
  renamed: { en: "Rename the flow", es: "Cambiar el nombre del flujo" },
  fixed: { en: "Fix a problem", es: "Arreglar un problema" },
} as const;
