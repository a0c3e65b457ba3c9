import type { Area } from "./place.ts";

const timezone = "America/Bogota";

/** Departments of Colombia by the first two digits of their postal codes (DANE codes), with their capitals. */
export const DEPARTMENTS_CO: Readonly<Record<string, Area>> = {
  "05": { region: "Antioquia", capital: "Medellín", lat: 6.2442, lon: -75.5812, timezone },
  "08": { region: "Atlántico", capital: "Barranquilla", lat: 10.9685, lon: -74.7813, timezone },
  "11": { region: "Bogotá, D.C.", capital: "Bogotá", lat: 4.711, lon: -74.0721, timezone },
  "13": { region: "Bolívar", capital: "Cartagena", lat: 10.391, lon: -75.4794, timezone },
  "15": { region: "Boyacá", capital: "Tunja", lat: 5.5353, lon: -73.3678, timezone },
  "17": { region: "Caldas", capital: "Manizales", lat: 5.0703, lon: -75.5138, timezone },
  "18": { region: "Caquetá", capital: "Florencia", lat: 1.6144, lon: -75.6062, timezone },
  "19": { region: "Cauca", capital: "Popayán", lat: 2.4448, lon: -76.6147, timezone },
  "20": { region: "Cesar", capital: "Valledupar", lat: 10.4631, lon: -73.2532, timezone },
  "23": { region: "Córdoba", capital: "Montería", lat: 8.7479, lon: -75.8814, timezone },
  "25": { region: "Cundinamarca", capital: "Bogotá", lat: 4.711, lon: -74.0721, timezone },
  "27": { region: "Chocó", capital: "Quibdó", lat: 5.6947, lon: -76.6611, timezone },
  "41": { region: "Huila", capital: "Neiva", lat: 2.9273, lon: -75.2819, timezone },
  "44": { region: "La Guajira", capital: "Riohacha", lat: 11.5444, lon: -72.9072, timezone },
  "47": { region: "Magdalena", capital: "Santa Marta", lat: 11.2408, lon: -74.199, timezone },
  "50": { region: "Meta", capital: "Villavicencio", lat: 4.142, lon: -73.6266, timezone },
  "52": { region: "Nariño", capital: "Pasto", lat: 1.2136, lon: -77.2811, timezone },
  "54": { region: "Norte de Santander", capital: "Cúcuta", lat: 7.8939, lon: -72.5078, timezone },
  "63": { region: "Quindío", capital: "Armenia", lat: 4.5339, lon: -75.6811, timezone },
  "66": { region: "Risaralda", capital: "Pereira", lat: 4.8133, lon: -75.6961, timezone },
  "68": { region: "Santander", capital: "Bucaramanga", lat: 7.1193, lon: -73.1227, timezone },
  "70": { region: "Sucre", capital: "Sincelejo", lat: 9.3047, lon: -75.3978, timezone },
  "73": { region: "Tolima", capital: "Ibagué", lat: 4.4389, lon: -75.2322, timezone },
  "76": { region: "Valle del Cauca", capital: "Cali", lat: 3.4516, lon: -76.532, timezone },
  "81": { region: "Arauca", capital: "Arauca", lat: 7.0847, lon: -70.7591, timezone },
  "85": { region: "Casanare", capital: "Yopal", lat: 5.3378, lon: -72.3959, timezone },
  "86": { region: "Putumayo", capital: "Mocoa", lat: 1.1489, lon: -76.6479, timezone },
  "88": { region: "San Andrés y Providencia", capital: "San Andrés", lat: 12.5847, lon: -81.7006, timezone },
  "91": { region: "Amazonas", capital: "Leticia", lat: -4.2153, lon: -69.9406, timezone },
  "94": { region: "Guainía", capital: "Inírida", lat: 3.8653, lon: -67.9239, timezone },
  "95": { region: "Guaviare", capital: "San José del Guaviare", lat: 2.5729, lon: -72.6459, timezone },
  "97": { region: "Vaupés", capital: "Mitú", lat: 1.1983, lon: -70.1733, timezone },
  "99": { region: "Vichada", capital: "Puerto Carreño", lat: 6.189, lon: -67.4859, timezone },
};

/**
 * Departments that share the landline prefix 60x, the one with its largest city first. Nothing after the prefix says for
 * sure which of them a number is in.
 */
export const LANDLINE_DEPARTMENTS_CO: Readonly<Record<string, readonly string[]>> = {
  "601": ["11", "25"],
  "602": ["76", "19", "52"],
  "604": ["05", "27", "23"],
  "605": ["08", "13", "20", "44", "47", "70"],
  "606": ["66", "17", "63"],
  "607": ["68", "54", "81"],
  "608": ["73", "15", "18", "41", "50", "85", "86", "88", "91", "94", "95", "97", "99"],
};
