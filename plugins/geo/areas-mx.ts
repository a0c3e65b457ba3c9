import type { Area } from "./place.ts";

const CENTRE = "America/Mexico_City";
const PACIFIC = "America/Tijuana";
const SONORA = "America/Hermosillo";
const MAZATLAN = "America/Mazatlan";
const CHIHUAHUA = "America/Chihuahua";
const JUAREZ = "America/Ciudad_Juarez";
const MONTERREY = "America/Monterrey";
const CANCUN = "America/Cancun";
const MERIDA = "America/Merida";

/** `name, main city, lat, lon, zone` of a part of a state; the city is what distances are measured from. */
type Part = readonly [region: string, city: string, lat: number, lon: number, timezone: string];

const CDMX: Part = ["Ciudad de México", "Ciudad de México", 19.4326, -99.1332, CENTRE];
const GUADALAJARA: Part = ["Jalisco", "Guadalajara", 20.6597, -103.3496, CENTRE];
const MONTERREY_CITY: Part = ["Nuevo León", "Monterrey", 25.6866, -100.3161, MONTERREY];
const TOLUCA: Part = ["Estado de México", "Toluca", 19.2826, -99.6557, CENTRE];
const OAXACA: Part = ["Oaxaca", "Oaxaca de Juárez", 17.0732, -96.7266, CENTRE];
const PUEBLA: Part = ["Puebla", "Puebla", 19.0414, -98.2063, CENTRE];
const XALAPA: Part = ["Veracruz", "Xalapa", 19.5438, -96.9102, CENTRE];
const CIUDAD_VALLES: Part = ["San Luis Potosí", "Ciudad Valles", 21.9833, -99.0167, CENTRE];

/** Postal codes by their first two digits: the state (some have several), by its main city there. */
const PARTS: Readonly<Record<string, Part>> = {
  ...Object.fromEntries(
    Array.from({ length: 17 }, (_, index) => [String(index).padStart(2, "0"), CDMX] as const),
  ),
  "20": ["Aguascalientes", "Aguascalientes", 21.8853, -102.2916, CENTRE],
  "21": ["Baja California", "Mexicali", 32.6245, -115.4523, PACIFIC],
  "22": ["Baja California", "Tijuana", 32.5149, -117.0382, PACIFIC],
  "23": ["Baja California Sur", "La Paz", 24.1426, -110.3128, MAZATLAN],
  "24": ["Campeche", "Campeche", 19.8301, -90.5349, MERIDA],
  "25": ["Coahuila", "Saltillo", 25.4267, -100.9954, MONTERREY],
  "26": ["Coahuila", "Piedras Negras", 28.7, -100.5231, MONTERREY],
  "27": ["Coahuila", "Torreón", 25.5428, -103.4068, MONTERREY],
  "28": ["Colima", "Colima", 19.2452, -103.7241, CENTRE],
  "29": ["Chiapas", "Tuxtla Gutiérrez", 16.7516, -93.103, CENTRE],
  "30": ["Chiapas", "Tapachula", 14.9047, -92.2603, CENTRE],
  "31": ["Chihuahua", "Chihuahua", 28.633, -106.0691, CHIHUAHUA],
  "32": ["Chihuahua", "Ciudad Juárez", 31.6904, -106.4245, JUAREZ],
  "33": ["Chihuahua", "Delicias", 28.1902, -105.4701, CHIHUAHUA],
  "34": ["Durango", "Durango", 24.0277, -104.6532, MONTERREY],
  "35": ["Durango", "Gómez Palacio", 25.5653, -103.4983, MONTERREY],
  "36": ["Guanajuato", "Irapuato", 20.6767, -101.3563, CENTRE],
  "37": ["Guanajuato", "León", 21.125, -101.686, CENTRE],
  "38": ["Guanajuato", "Celaya", 20.5235, -100.8157, CENTRE],
  "39": ["Guerrero", "Acapulco", 16.8531, -99.8237, CENTRE],
  "40": ["Guerrero", "Iguala", 18.3449, -99.5397, CENTRE],
  "41": ["Guerrero", "Chilpancingo", 17.5506, -99.5058, CENTRE],
  "42": ["Hidalgo", "Pachuca", 20.1011, -98.7591, CENTRE],
  "43": ["Hidalgo", "Tulancingo", 20.0833, -98.3667, CENTRE],
  "44": GUADALAJARA,
  "45": GUADALAJARA,
  "46": ["Jalisco", "Tepatitlán", 20.8169, -102.7635, CENTRE],
  "47": ["Jalisco", "Lagos de Moreno", 21.3564, -101.9292, CENTRE],
  "48": ["Jalisco", "Puerto Vallarta", 20.6534, -105.2253, CENTRE],
  "49": ["Jalisco", "Ciudad Guzmán", 19.7047, -103.4617, CENTRE],
  "50": TOLUCA,
  "51": TOLUCA,
  "52": TOLUCA,
  "53": ["Estado de México", "Naucalpan", 19.4785, -99.2396, CENTRE],
  "54": ["Estado de México", "Tlalnepantla", 19.5404, -99.1954, CENTRE],
  "55": ["Estado de México", "Ecatepec", 19.6018, -99.0507, CENTRE],
  "56": ["Estado de México", "Texcoco", 19.5117, -98.8825, CENTRE],
  "57": ["Estado de México", "Nezahualcóyotl", 19.4006, -99.0148, CENTRE],
  "58": ["Michoacán", "Morelia", 19.706, -101.195, CENTRE],
  "59": ["Michoacán", "Zamora", 19.9855, -102.2836, CENTRE],
  "60": ["Michoacán", "Uruapan", 19.4208, -102.0628, CENTRE],
  "61": ["Michoacán", "Zitácuaro", 19.4357, -100.3568, CENTRE],
  "62": ["Morelos", "Cuernavaca", 18.9242, -99.2216, CENTRE],
  "63": ["Nayarit", "Tepic", 21.5042, -104.8946, MAZATLAN],
  "64": MONTERREY_CITY,
  "65": ["Nuevo León", "Sabinas Hidalgo", 26.5083, -100.1772, MONTERREY],
  "66": ["Nuevo León", "San Nicolás de los Garza", 25.7417, -100.3022, MONTERREY],
  "67": ["Nuevo León", "Guadalupe", 25.6768, -100.2565, MONTERREY],
  "68": OAXACA,
  "69": ["Oaxaca", "Huajuapan de León", 17.8039, -97.776, CENTRE],
  "70": ["Oaxaca", "Juchitán", 16.4339, -95.0194, CENTRE],
  "71": OAXACA,
  "72": PUEBLA,
  "73": ["Puebla", "Teziutlán", 19.8167, -97.3667, CENTRE],
  "74": ["Puebla", "Atlixco", 18.9088, -98.4321, CENTRE],
  "75": ["Puebla", "Tehuacán", 18.4617, -97.3928, CENTRE],
  "76": ["Querétaro", "Querétaro", 20.5888, -100.3899, CENTRE],
  "77": ["Quintana Roo", "Cancún", 21.1619, -86.8515, CANCUN],
  "78": ["San Luis Potosí", "San Luis Potosí", 22.1565, -100.9855, CENTRE],
  "79": CIUDAD_VALLES,
  "80": ["Sinaloa", "Culiacán", 24.8091, -107.394, MAZATLAN],
  "81": ["Sinaloa", "Los Mochis", 25.7904, -108.9858, MAZATLAN],
  "82": ["Sinaloa", "Mazatlán", 23.2494, -106.4111, MAZATLAN],
  "83": ["Sonora", "Hermosillo", 29.0729, -110.9559, SONORA],
  "84": ["Sonora", "Nogales", 31.3012, -110.9381, SONORA],
  "85": ["Sonora", "Ciudad Obregón", 27.4828, -109.9304, SONORA],
  "86": ["Tabasco", "Villahermosa", 17.9895, -92.9475, CENTRE],
  "87": ["Tamaulipas", "Ciudad Victoria", 23.7369, -99.1411, MONTERREY],
  "88": ["Tamaulipas", "Reynosa", 26.0508, -98.2979, MONTERREY],
  "89": ["Tamaulipas", "Tampico", 22.2553, -97.8686, MONTERREY],
  "90": ["Tlaxcala", "Tlaxcala", 19.3182, -98.2375, CENTRE],
  "91": XALAPA,
  "92": ["Veracruz", "Tuxpan", 20.9561, -97.4064, CENTRE],
  "93": ["Veracruz", "Poza Rica", 20.5333, -97.45, CENTRE],
  "94": ["Veracruz", "Córdoba", 18.8842, -96.9256, CENTRE],
  "95": ["Veracruz", "San Andrés Tuxtla", 18.4487, -95.2126, CENTRE],
  "96": ["Veracruz", "Coatzacoalcos", 18.1345, -94.459, CENTRE],
  "97": ["Yucatán", "Mérida", 20.9674, -89.5926, MERIDA],
  "98": ["Zacatecas", "Zacatecas", 22.7709, -102.5832, CENTRE],
  "99": ["Zacatecas", "Fresnillo", 23.175, -102.8675, CENTRE],
};

export const STATES_MX: Readonly<Record<string, Area>> = Object.fromEntries(
  Object.entries(PARTS).map(([prefix, part]) => [prefix, areaOf(part)]),
);

function areaOf([region, capital, lat, lon, timezone]: Part): Area {
  return { region, capital, lat, lon, timezone };
}

/** Area codes by the first two digits of the postal codes where they are; those of ten-digit numbers, mobiles too. */
export const AREA_CODES_MX: Readonly<Record<string, string>> = {
  "55": "06",
  "56": "06",
  "33": "44",
  "81": "64",
  "222": "72",
  "228": "91",
  "229": "91",
  "238": "75",
  "246": "90",
  "271": "94",
  "272": "94",
  "311": "63",
  "312": "28",
  "314": "28",
  "322": "48",
  "341": "49",
  "351": "59",
  "378": "46",
  "442": "76",
  "443": "58",
  "444": "78",
  "449": "20",
  "452": "60",
  "461": "38",
  "462": "36",
  "473": "36",
  "474": "47",
  "477": "37",
  "481": "79",
  "492": "98",
  "493": "99",
  "612": "23",
  "614": "31",
  "618": "34",
  "624": "23",
  "631": "84",
  "639": "33",
  "644": "85",
  "646": "22",
  "656": "32",
  "661": "22",
  "662": "83",
  "664": "22",
  "667": "80",
  "668": "81",
  "669": "82",
  "686": "21",
  "715": "61",
  "722": "50",
  "733": "40",
  "744": "39",
  "747": "41",
  "771": "42",
  "775": "43",
  "777": "62",
  "782": "93",
  "783": "92",
  "833": "89",
  "834": "87",
  "844": "25",
  "866": "25",
  "867": "88",
  "868": "87",
  "871": "27",
  "878": "26",
  "899": "88",
  "921": "96",
  "951": "68",
  "961": "29",
  "962": "30",
  "971": "70",
  "981": "24",
  "983": "77",
  "984": "77",
  "993": "86",
  "998": "77",
  "999": "97",
};
