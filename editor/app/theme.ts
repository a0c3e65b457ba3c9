import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

/** Deep teal, the one colour of the brand. Shade 7 on white and shade 3 on dark pass AA for text. */
const teal: MantineColorsTuple = [
  "#e9f7f6",
  "#d3ecea",
  "#a6d9d5",
  "#75c5bf",
  "#4db3ac",
  "#2f9f98",
  "#11827a",
  "#0b6e69",
  "#0b5c5f",
  "#07464a",
];

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: { light: 7, dark: 6 },
  colors: { teal },
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  headings: { fontFamily: '"Inter Variable", system-ui, sans-serif', fontWeight: "600" },
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "18px" },
  defaultRadius: 8,
  respectReducedMotion: true,
  cursorType: "pointer",
  autoContrast: true,
  luminanceThreshold: 0.3,
});

/** Colour carries meaning: which family of nodes something belongs to. Names as in a node type's `family`. */
const FAMILY_COLOURS = {
  voice: { light: "#6741d9", dark: "#b197fc" },
  messages: { light: "#237032", dark: "#8ce99a" },
  ai: { light: "#995c00", dark: "#ffc078" },
  logic: { light: "#475569", dark: "#b6c2d1" },
  data: { light: "#1864ab", dark: "#74c0fc" },
  money: { light: "#85660a", dark: "#e9c46a" },
} as const;

export type Family = keyof typeof FAMILY_COLOURS;

/** `--family-voice` and so on, and the greys that Mantine has no name for. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...familyVariables("light"),
    "--canvas": "#f4f6f7",
    "--surface": "#ffffff",
    "--line": "#dde3e6",
    "--quiet": "#56646b",
    "--mantine-color-dimmed": "#56646b",
    "--mantine-color-placeholder": "#647279",
    "--danger": "#b42318",
  },
  dark: {
    ...familyVariables("dark"),
    "--canvas": "#15191b",
    "--surface": "#1d2225",
    "--line": "#343c40",
    "--quiet": "#a3b0b6",
    "--mantine-color-dimmed": "#a3b0b6",
    "--mantine-color-placeholder": "#95a3aa",
    "--mantine-color-body": "#181c1e",
    "--danger": "#ff9b8f",
  },
});

function familyVariables(scheme: "light" | "dark"): Record<string, string> {
  return Object.fromEntries(
    Object.entries(FAMILY_COLOURS).map(([family, colours]) => [`--family-${family}`, colours[scheme]]),
  );
}
