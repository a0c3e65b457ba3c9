import { defineWords } from "../words/words.ts";

export const signInWords = defineWords(
  {
    title: "Sign in",
    text: "The switchboard of your business: calls, SMS and WhatsApp.",
    email: "E-mail",
    password: "Password",
    submit: "Sign in",
    wrong: "E-mail and password do not match.",
    againTitle: "Your session ended",
    againText: "Sign in again to go on. What you were working on is still here.",
  },
  {
    title: "Entrar",
    text: "La centralita de su negocio: llamadas, SMS y WhatsApp.",
    email: "Correo electrónico",
    password: "Contraseña",
    submit: "Entrar",
    wrong: "El correo y la contraseña no coinciden.",
    againTitle: "Su sesión terminó",
    againText: "Entre de nuevo para seguir. Lo que estaba haciendo sigue aquí.",
  },
);
