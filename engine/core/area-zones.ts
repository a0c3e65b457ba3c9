/**
 * Time zones by the first digits of a national number, in countries of many zones. Areas that lie in two zones name both;
 * those that are not listed are anywhere in their country.
 */
const EASTERN = "America/New_York";
const CENTRAL = "America/Chicago";
const MOUNTAIN = "America/Denver";
const PACIFIC = "America/Los_Angeles";

const US: readonly (readonly [string, string])[] = [
  [
    EASTERN,
    "201 202 203 207 212 215 216 220 223 227 229 234 239 240 248 252 267 269 272 276 301 302 304 305 313 315 321 326 329 330 332 336 339 347 351 352 353 380 386 401 404 407 410 412 413 419 434 440 443 445 463 470 472 475 478 484 502 508 513 516 517 518 540 551 561 567 570 571 578 582 585 586 603 607 609 610 614 616 617 624 631 640 645 646 656 667 678 680 681 686 689 703 704 706 716 717 718 724 727 728 732 734 740 743 754 757 762 765 770 771 772 774 781 786 802 803 804 810 813 814 821 826 828 835 838 839 843 845 848 854 856 857 859 860 861 862 863 864 865 878 904 908 910 912 914 917 919 929 934 937 941 943 947 948 954 959 973 978 980 984 989",
  ],
  [
    CENTRAL,
    "205 210 214 217 218 219 224 225 228 251 254 256 262 274 281 309 312 314 316 318 319 320 325 331 334 337 346 361 402 405 409 414 417 430 432 447 464 469 479 501 504 507 512 515 531 534 539 557 563 572 573 580 601 608 612 615 618 629 630 636 641 651 659 660 662 682 708 712 713 715 726 730 731 737 763 769 773 779 806 815 816 817 830 832 847 870 872 901 903 913 918 920 936 938 940 945 952 956 972 975 979 985",
  ],
  [MOUNTAIN, "303 307 385 406 435 505 575 719 720 801 970 983"],
  ["America/Phoenix", "480 520 602 623 928"],
  [
    PACIFIC,
    "206 209 213 253 279 310 323 341 350 360 369 408 415 424 425 442 503 509 510 530 559 562 564 619 626 628 650 657 661 669 702 707 714 725 747 760 764 775 805 818 820 831 837 840 858 909 916 925 949 951 971",
  ],
  ["America/Anchorage", "907"],
  ["Pacific/Honolulu", "808"],
];

/** Areas of the United States that lie in two zones, whatever the list above says of them. */
const US_BOTH: Readonly<Record<string, readonly string[]>> = {
  "208": [MOUNTAIN, PACIFIC],
  "986": [MOUNTAIN, PACIFIC],
  "458": [MOUNTAIN, PACIFIC],
  "541": [MOUNTAIN, PACIFIC],
  "605": [CENTRAL, MOUNTAIN],
  "701": [CENTRAL, MOUNTAIN],
  "308": [CENTRAL, MOUNTAIN],
  "620": [CENTRAL, MOUNTAIN],
  "785": [CENTRAL, MOUNTAIN],
  "915": [MOUNTAIN, CENTRAL],
  "850": [EASTERN, CENTRAL],
  "448": [EASTERN, CENTRAL],
  "270": [EASTERN, CENTRAL],
  "364": [EASTERN, CENTRAL],
  "606": [EASTERN, CENTRAL],
  "423": [EASTERN, CENTRAL],
  "931": [EASTERN, CENTRAL],
  "812": [EASTERN, CENTRAL],
  "930": [EASTERN, CENTRAL],
  "574": [EASTERN, CENTRAL],
  "260": [EASTERN],
  "317": [EASTERN],
  "906": [EASTERN, CENTRAL],
  "231": [EASTERN],
  "939": ["America/Puerto_Rico"],
  "787": ["America/Puerto_Rico"],
};

const CA: readonly (readonly [string, string])[] = [
  ["America/Toronto", "226 249 289 343 365 382 416 437 519 548 613 647 683 705 742 753 905"],
  ["America/Montreal", "263 354 367 418 438 450 468 514 579 581 819 873"],
  ["America/Halifax", "506 782 902 428"],
  ["America/St_Johns", "709 879"],
  ["America/Winnipeg", "204 431 584"],
  ["America/Regina", "306 474 639"],
  ["America/Edmonton", "368 403 587 780 825"],
  ["America/Vancouver", "236 250 257 604 672 778"],
];

const BR: readonly (readonly [string, string])[] = [
  [
    "America/Sao_Paulo",
    "11 12 13 14 15 16 17 18 19 21 22 24 27 28 31 32 33 34 35 37 38 41 42 43 44 45 46 47 48 49 51 53 54 55 61 62 63 64 71 73 74 75 77 79 81 82 83 84 85 86 87 88 89 91 93 94 96 98 99",
  ],
  ["America/Cuiaba", "65 66"],
  ["America/Campo_Grande", "67"],
  ["America/Rio_Branco", "68"],
  ["America/Porto_Velho", "69"],
  ["America/Manaus", "92 97"],
  ["America/Boa_Vista", "95"],
];

const TABLES: Readonly<Record<string, ReadonlyMap<string, readonly string[]>>> = {
  US: new Map([...tableOf(US), ...Object.entries(US_BOTH)]),
  CA: tableOf(CA),
  BR: tableOf(BR),
};

// Where nearly everybody lives in one zone of several: the rest are islands and enclaves an hour or so apart, and a mobile
// number tells nothing of them.
const MAIN: Readonly<Record<string, string>> = {
  AR: "America/Argentina/Buenos_Aires",
  CL: "America/Santiago",
  CN: "Asia/Shanghai",
  CY: "Asia/Nicosia",
  DE: "Europe/Berlin",
  EC: "America/Guayaquil",
  MY: "Asia/Kuala_Lumpur",
  NZ: "Pacific/Auckland",
  UA: "Europe/Kyiv",
};

/** Zones the number may be in by its area; null: its country says more than this table. */
export function zonesOfArea(country: string, nationalNumber: string): readonly string[] | null {
  const table = TABLES[country];
  if (table === undefined) return MAIN[country] === undefined ? null : [MAIN[country]];
  return table.get(nationalNumber.slice(0, 3)) ?? table.get(nationalNumber.slice(0, 2)) ?? null;
}

function tableOf(rows: readonly (readonly [string, string])[]): Map<string, readonly string[]> {
  return new Map(rows.flatMap(([zone, areas]) => areas.split(" ").map((area) => [area, [zone]] as const)));
}
