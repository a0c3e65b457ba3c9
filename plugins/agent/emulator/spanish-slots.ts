/** What people say of dates, times, numbers and names in Spanish, as far as the emulated model understands it. */

export interface Slots {
  readonly fecha: string | null;
  readonly hora: string | null;
  readonly personas: number | null;
  readonly nombre: string | null;
  readonly pedido: string | null;
  readonly productos: string | null;
}

const NUMBERS = "cero un dos tres cuatro cinco seis siete ocho nueve diez once doce".split(" ");
const MONTHS =
  "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(" ");
const WEEKDAYS = "domingo lunes martes miercoles jueves viernes sabado".split(" ");
const NUMBER = `(\\d{1,3}|una?|${NUMBERS.slice(1).join("|")})`;

export function plain(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

/** What was said last counts. `today` is ISO. */
export function slotsOf(said: readonly string[], today: string): Slots {
  const last = <T>(read: (text: string) => T | null): T | null =>
    said.map(read).findLast((value) => value !== null) ?? null;
  return {
    fecha: last((text) => dateIn(plain(text), today)),
    hora: last((text) => timeIn(plain(text))),
    personas: last((text) => peopleIn(plain(text))),
    nombre: last(nameIn),
    pedido: last((text) => /\bpedido\D{0,15}([a-z]?-?\d{3,})/i.exec(text)?.[1]?.toUpperCase() ?? null),
    productos: last(
      (text) =>
        /\b(?:encargar|encargo|pedir|llevar)\s+(.{3,80})$/i.exec(text)?.[1]?.replace(/[.?!]+$/, "") ?? null,
    ),
  };
}

function dateIn(text: string, today: string): string | null {
  const iso = /\b(\d{4}-\d\d-\d\d)\b/.exec(text)?.[1];
  if (iso !== undefined) return iso;
  const named = new RegExp(`\\b(\\d{1,2}|${NUMBERS.slice(1).join("|")}) de (${MONTHS.join("|")})`).exec(text);
  if (named) return coming(today, numberOf(named[1] ?? ""), MONTHS.indexOf(named[2] ?? "") + 1);
  if (/\bpasado manana\b/.test(text)) return dayAfter(today, 2);
  if (/(?<!de la )\bmanana\b(?! por la)/.test(text.replace(/\bpor la manana\b/, "")))
    return dayAfter(today, 1);
  if (/\bhoy\b|\besta noche\b/.test(text)) return today;
  const weekday = WEEKDAYS.findIndex((day) => new RegExp(`\\b${day}\\b`).test(text));
  return weekday < 0 ? null : dayAfter(today, daysUntil(today, weekday));
}

function coming(today: string, day: number, month: number): string {
  const year = Number(today.slice(0, 4));
  const date = iso(year, month, day);
  return date < today ? iso(year + 1, month, day) : date;
}

function iso(year: number, month: number, day: number): string {
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

function dayAfter(today: string, days: number): string {
  return new Date(Date.parse(`${today}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function daysUntil(today: string, weekday: number): number {
  return (weekday - new Date(`${today}T12:00:00Z`).getUTCDay() + 7) % 7 || 7;
}

function timeIn(text: string): string | null {
  const found = new RegExp(
    `\\ba las? ${NUMBER}(?::(\\d\\d)| y (media|cuarto))?(?:\\s*(?:de la|por la)?\\s*(noche|tarde|manana|pm|am|p\\.m\\.|a\\.m\\.))?`,
  ).exec(text);
  if (!found) return /\b([01]?\d|2[0-3]):([0-5]\d)\b/.exec(text)?.[0]?.padStart(5, "0") ?? null;
  const [, hour = "", minutes, part, half = ""] = found;
  const late = /noche|tarde|^p/.test(half) && numberOf(hour) < 12 ? 12 : 0;
  const past = minutes ?? (part === "media" ? "30" : part === "cuarto" ? "15" : "00");
  return `${String(numberOf(hour) + late).padStart(2, "0")}:${past}`;
}

function peopleIn(text: string): number | null {
  const found =
    new RegExp(`\\b${NUMBER} (?:personas?|comensales|huespedes|adultos)\\b`).exec(text) ??
    new RegExp(`\\b(?:para|somos|seremos|seriamos) ${NUMBER}\\b(?! de |:)`).exec(text);
  return found ? numberOf(found[1] ?? "") : null;
}

function numberOf(word: string): number {
  if (/^\d+$/.test(word)) return Number(word);
  return word === "una" || word === "uno" ? 1 : Math.max(0, NUMBERS.indexOf(word));
}

function nameIn(text: string): string | null {
  const found = /\b(?:a nombre de|me llamo|mi nombre es|soy)\s+(\p{Lu}\p{L}+(?:\s+\p{Lu}\p{L}+){0,3})/iu.exec(
    text,
  );
  return found?.[1] ?? null;
}
