import type { Area } from "./place.ts";

const EAST = "America/New_York";
const CENTRAL = "America/Chicago";
const MOUNTAIN = "America/Denver";
const WEST = "America/Los_Angeles";

/** A state by its largest city, with the first three digits of its ZIP codes (ranges) and its area codes. */
interface State {
  readonly area: Area;
  readonly zips: string;
  readonly codes: string;
}

const state = (
  [region, capital, lat, lon, timezone]: readonly [string, string, number, number, string],
  zips: string,
  codes: string,
): State => ({ area: { region, capital, lat, lon, timezone }, zips, codes });

/** By the two letters carriers send. */
export const STATES_US: Readonly<Record<string, State>> = {
  AL: state(
    ["Alabama", "Birmingham", 33.5186, -86.8104, CENTRAL],
    "350-352 354-369",
    "205 251 256 334 659 938",
  ),
  AK: state(["Alaska", "Anchorage", 61.2181, -149.9003, "America/Anchorage"], "995-999", "907"),
  AZ: state(["Arizona", "Phoenix", 33.4484, -112.074, "America/Phoenix"], "850-865", "480 520 602 623 928"),
  AR: state(["Arkansas", "Little Rock", 34.7465, -92.2896, CENTRAL], "716-729", "327 479 501 870"),
  CA: state(
    ["California", "Los Angeles", 34.0522, -118.2437, WEST],
    "900-961",
    "209 213 279 310 323 341 350 357 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707 714 738 747 760 805 818 820 831 837 840 858 909 916 925 949 951",
  ),
  CO: state(["Colorado", "Denver", 39.7392, -104.9903, MOUNTAIN], "800-816", "303 719 720 970 983"),
  CT: state(["Connecticut", "Bridgeport", 41.1792, -73.1894, EAST], "060-069", "203 475 860 959"),
  DE: state(["Delaware", "Wilmington", 39.7391, -75.5398, EAST], "197-199", "302"),
  DC: state(["District of Columbia", "Washington", 38.9072, -77.0369, EAST], "200 202-205 569", "202 771"),
  FL: state(
    ["Florida", "Miami", 25.7617, -80.1918, EAST],
    "320-339 341-342 344 346-347 349",
    "239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 954",
  ),
  GA: state(
    ["Georgia", "Atlanta", 33.749, -84.388, EAST],
    "300-319 398-399",
    "229 404 470 478 678 706 762 770 912 943",
  ),
  HI: state(["Hawaii", "Honolulu", 21.3069, -157.8583, "Pacific/Honolulu"], "967-968", "808"),
  ID: state(["Idaho", "Boise", 43.615, -116.2023, "America/Boise"], "832-838", "208 986"),
  IL: state(
    ["Illinois", "Chicago", 41.8781, -87.6298, CENTRAL],
    "600-620 622-629",
    "217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 861 872",
  ),
  IN: state(
    ["Indiana", "Indianapolis", 39.7684, -86.1581, "America/Indiana/Indianapolis"],
    "460-479",
    "219 260 317 463 574 765 812 930",
  ),
  IA: state(["Iowa", "Des Moines", 41.5868, -93.625, CENTRAL], "500-516 520-528", "319 515 563 641 712"),
  KS: state(["Kansas", "Wichita", 37.6872, -97.3301, CENTRAL], "660-662 664-679", "316 620 785 913"),
  KY: state(["Kentucky", "Louisville", 38.2527, -85.7585, EAST], "400-427", "270 364 502 606 859"),
  LA: state(
    ["Louisiana", "New Orleans", 29.9511, -90.0715, CENTRAL],
    "700-701 703-708 710-714",
    "225 318 337 504 985",
  ),
  ME: state(["Maine", "Portland", 43.6591, -70.2568, EAST], "039-049", "207"),
  MD: state(["Maryland", "Baltimore", 39.2904, -76.6122, EAST], "206-212 214-219", "227 240 301 410 443 667"),
  MA: state(
    ["Massachusetts", "Boston", 42.3601, -71.0589, EAST],
    "010-027 055",
    "339 351 413 508 617 774 781 857 978",
  ),
  MI: state(
    ["Michigan", "Detroit", 42.3314, -83.0458, "America/Detroit"],
    "480-499",
    "231 248 269 313 517 586 616 679 734 810 906 947 989",
  ),
  MN: state(
    ["Minnesota", "Minneapolis", 44.9778, -93.265, CENTRAL],
    "550-551 553-567",
    "218 320 507 612 651 763 924 952",
  ),
  MS: state(["Mississippi", "Jackson", 32.2988, -90.1848, CENTRAL], "386-397", "228 601 662 769"),
  MO: state(
    ["Missouri", "Kansas City", 39.0997, -94.5786, CENTRAL],
    "630-631 633-641 644-658",
    "235 314 417 557 573 636 660 816 975",
  ),
  MT: state(["Montana", "Billings", 45.7833, -108.5007, MOUNTAIN], "590-599", "406"),
  NE: state(["Nebraska", "Omaha", 41.2565, -95.9345, CENTRAL], "680-681 683-693", "308 402 531"),
  NV: state(["Nevada", "Las Vegas", 36.1699, -115.1398, WEST], "889-891 893-895 897-898", "702 725 775"),
  NH: state(["New Hampshire", "Manchester", 42.9956, -71.4548, EAST], "030-038", "603"),
  NJ: state(
    ["New Jersey", "Newark", 40.7357, -74.1724, EAST],
    "070-089",
    "201 551 609 640 732 848 856 862 908 973",
  ),
  NM: state(["New Mexico", "Albuquerque", 35.0844, -106.6504, MOUNTAIN], "870-871 873-884", "505 575"),
  NY: state(
    ["New York", "New York", 40.7128, -74.006, EAST],
    "005 100-149",
    "212 315 329 332 347 363 516 518 585 607 624 631 646 680 716 718 838 845 914 917 929 934",
  ),
  NC: state(
    ["North Carolina", "Charlotte", 35.2271, -80.8431, EAST],
    "270-289",
    "252 336 472 704 743 828 910 919 980 984",
  ),
  ND: state(["North Dakota", "Fargo", 46.8772, -96.7898, CENTRAL], "580-588", "701"),
  OH: state(
    ["Ohio", "Columbus", 39.9612, -82.9988, EAST],
    "430-459",
    "216 220 234 283 326 330 380 419 436 440 513 567 614 740 937",
  ),
  OK: state(
    ["Oklahoma", "Oklahoma City", 35.4676, -97.5164, CENTRAL],
    "730-731 734-741 743-749",
    "405 539 572 580 918",
  ),
  OR: state(["Oregon", "Portland", 45.5152, -122.6784, WEST], "970-979", "458 503 541 971"),
  PA: state(
    ["Pennsylvania", "Philadelphia", 39.9526, -75.1652, EAST],
    "150-196",
    "215 223 267 272 412 445 484 570 582 610 717 724 814 835 878",
  ),
  RI: state(["Rhode Island", "Providence", 41.824, -71.4128, EAST], "028-029", "401"),
  SC: state(["South Carolina", "Charleston", 32.7765, -79.9311, EAST], "290-299", "803 821 839 843 854 864"),
  SD: state(["South Dakota", "Sioux Falls", 43.5446, -96.7311, CENTRAL], "570-577", "605"),
  TN: state(["Tennessee", "Nashville", 36.1627, -86.7816, CENTRAL], "370-385", "423 615 629 731 865 901 931"),
  TX: state(
    ["Texas", "Houston", 29.7604, -95.3698, CENTRAL],
    "733 750-799 885",
    "210 214 254 281 325 346 361 409 430 432 469 512 621 682 713 726 737 806 817 830 832 903 915 936 940 945 956 972 979",
  ),
  UT: state(["Utah", "Salt Lake City", 40.7608, -111.891, MOUNTAIN], "840-847", "385 435 801"),
  VT: state(["Vermont", "Burlington", 44.4759, -73.2121, EAST], "050-054 056-059", "802"),
  VA: state(
    ["Virginia", "Virginia Beach", 36.8529, -75.978, EAST],
    "201 220-246",
    "276 434 540 571 686 703 757 804 826 948",
  ),
  WA: state(
    ["Washington", "Seattle", 47.6062, -122.3321, WEST],
    "980-986 988-994",
    "206 253 360 425 509 564",
  ),
  WV: state(["West Virginia", "Charleston", 38.3498, -81.6326, EAST], "247-268", "304 681"),
  WI: state(
    ["Wisconsin", "Milwaukee", 43.0389, -87.9065, CENTRAL],
    "530-532 534-535 537-549",
    "262 274 353 414 534 608 715 920",
  ),
  WY: state(["Wyoming", "Cheyenne", 41.14, -104.8202, MOUNTAIN], "820-831", "307"),
  PR: state(["Puerto Rico", "San Juan", 18.4655, -66.1057, "America/Puerto_Rico"], "006-007 009", "787 939"),
};

/** Cities whose area codes are not those of their state's largest one. */
const CITIES: readonly (readonly [city: string, lat: number, lon: number, codes: string])[] = [
  ["San Francisco", 37.7749, -122.4194, "415 628"],
  ["San Jose", 37.3382, -121.8863, "408 669"],
  ["Oakland", 37.8044, -122.2712, "510 341"],
  ["San Diego", 32.7157, -117.1611, "619 858"],
  ["Sacramento", 38.5816, -121.4944, "916 279"],
  ["Fresno", 36.7378, -119.7871, "559 357"],
  ["Anaheim", 33.8366, -117.9143, "714 657"],
  ["Riverside", 33.9806, -117.3755, "951"],
  ["Bakersfield", 35.3733, -119.0187, "661"],
  ["Tampa", 27.9506, -82.4572, "813 656"],
  ["Orlando", 28.5383, -81.3792, "407 689"],
  ["Jacksonville", 30.3322, -81.6557, "904 324"],
  ["Fort Lauderdale", 26.1224, -80.1373, "954 754"],
  ["West Palm Beach", 26.7153, -80.0534, "561 728"],
  ["Tucson", 32.2226, -110.9747, "520"],
  ["Colorado Springs", 38.8339, -104.8214, "719"],
  ["St. Louis", 38.627, -90.1994, "314 557"],
  ["Reno", 39.5296, -119.8138, "775"],
  ["Buffalo", 42.8864, -78.8784, "716 624"],
  ["Rochester", 43.1566, -77.6088, "585"],
  ["Albany", 42.6526, -73.7562, "518 838"],
  ["Syracuse", 43.0481, -76.1474, "315 680"],
  ["Raleigh", 35.7796, -78.6382, "919 984"],
  ["Greensboro", 36.0726, -79.792, "336 743"],
  ["Cleveland", 41.4993, -81.6944, "216"],
  ["Cincinnati", 39.1031, -84.512, "513 283"],
  ["Toledo", 41.6528, -83.5379, "419 567"],
  ["Pittsburgh", 40.4406, -79.9959, "412 878"],
  ["Tulsa", 36.154, -95.9928, "918 539"],
  ["Memphis", 35.1495, -90.049, "901"],
  ["Knoxville", 35.9606, -83.9207, "865"],
  ["Dallas", 32.7767, -96.797, "214 469 972 945"],
  ["Fort Worth", 32.7555, -97.3308, "817 682"],
  ["San Antonio", 29.4241, -98.4936, "210 726"],
  ["Austin", 30.2672, -97.7431, "512 737"],
  ["El Paso", 31.7619, -106.485, "915"],
  ["Laredo", 27.5036, -99.5076, "956"],
  ["Richmond", 37.5407, -77.436, "804 686"],
  ["Arlington", 38.8816, -77.091, "703 571"],
  ["Spokane", 47.6588, -117.426, "509"],
  ["Tacoma", 47.2529, -122.4443, "253"],
  ["Grand Rapids", 42.9634, -85.6681, "616"],
  ["Montgomery", 32.3792, -86.3077, "334"],
  ["Mobile", 30.6954, -88.0399, "251"],
  ["Baton Rouge", 30.4515, -91.1871, "225"],
  ["Savannah", 32.0809, -81.0912, "912"],
  ["Worcester", 42.2626, -71.8023, "508 774"],
  ["Springfield", 42.1015, -72.5898, "413"],
  ["Madison", 43.0731, -89.4012, "608 353"],
  ["St. Paul", 44.9537, -93.09, "651"],
];

const BY_CODE: ReadonlyMap<string, { readonly letters: string; readonly area: Area }> = new Map(
  Object.entries(STATES_US).flatMap(([letters, { area, codes }]) =>
    codes.split(" ").map((code) => [code, { letters, area: cityArea(code, area) }] as const),
  ),
);

function cityArea(code: string, area: Area): Area {
  const city = CITIES.find(([, , , codes]) => codes.split(" ").includes(code));
  return city === undefined ? area : { ...area, capital: city[0], lat: city[1], lon: city[2] };
}

/** State and main city of an area code; null for one that is not of a place, or not known. */
export function areaOfCodeUs(code: string): Area | null {
  return BY_CODE.get(code)?.area ?? null;
}

/** The state a ZIP code lies in, by its first three digits. */
export function stateOfZip(zip: string): Area | null {
  const prefix = Number(zip.slice(0, 3));
  const found = Object.values(STATES_US).find(({ zips }) =>
    zips.split(" ").some((range) => {
      const [from = range, to = from] = range.split("-");
      return prefix >= Number(from) && prefix <= Number(to);
    }),
  );
  return found?.area ?? null;
}
