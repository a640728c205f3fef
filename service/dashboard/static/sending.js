"use strict";

// Calls to the desk. Every refusal becomes an Error with the server's plain sentence and its code.

const token = document.querySelector('meta[name="csrf-token"]');

export const GONE = "You are signed out. Sign in in another tab, then try again: nothing you chose is lost.";
const UNREACHED = "The service does not answer. What you chose is kept; try again.";

async function refusalOf(response) {
  const said = await response.json().catch(() => null);
  const { code = "", message = "The service answered something unexpected." } = said ? said.error : {};
  return Object.assign(new Error(response.status === 401 ? GONE : `${message[0].toUpperCase()}${message.slice(1)}.`), { status: response.status, code });
}

async function post(address, body, accept) {
  const headers = { "X-CSRFToken": token.content, Accept: accept };
  try {
    return await fetch(address, { method: "POST", headers, body, redirect: "error", keepalive: true });
  } catch {
    throw Object.assign(new Error(UNREACHED), { status: 0, code: "unreached" });
  }
}

// Who signed in again in another tab has another token; it is fetched once and the call made again.
async function renewToken() {
  const answer = await fetch("/form-token", { headers: { Accept: "application/json" } });
  if (!answer.ok) throw await refusalOf(answer);
  token.content = (await answer.json()).token;
}

async function call(address, body, accept) {
  let response = await post(address, body, accept);
  if (response.status === 400 && (await response.clone().json().catch(() => null))?.error.code === "form_expired") {
    await renewToken();
    response = await post(address, body, accept);
  }
  if (!response.ok) throw await refusalOf(response);
  return response;
}

export async function sendForm(address, body) {
  const response = await call(address, body, "application/json");
  return response.status === 204 ? null : response.json();
}

export async function fetchPart(address, body) {
  // A refusal is to come as JSON, the part itself is HTML whatever is asked for.
  return (await call(address, body, "application/json")).text();
}

export function beacon(address, body) {
  body.set("csrf_token", token.content);
  navigator.sendBeacon(address, body);
}
