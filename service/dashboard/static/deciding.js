"use strict";

// Decisions: shown as done at once, sent at once, and brought back with their reason when refused.

import * as cards from "./cards.js";
import { fill } from "./holding.js";
import { GONE, sendForm } from "./sending.js";

const DONE = { approve: "Approved", reject: "Rejected", defer: "Deferred", highlight: "Highlighted" };
const SINGLE = cards.list.dataset.single === "1";
// Decisions on their way: an undo waits for them, so that it takes back the last one made.
const sending = new Set();
// What was decided on this page, in the order of the keys: of two sent at once the service may keep the second first.
const made = [];

function bodyOf(card, action, reason) {
  const form = card.querySelector("form.deciding");
  if (reason !== undefined) form.elements.reason.value = reason;
  cards.showChosen(card);
  const body = new FormData(form);
  body.set("action", action);
  body.set("state", card.dataset.state);
  body.set("revision", card.dataset.revision);
  return body;
}

export function decide(card, action, reason) {
  if (!card || !cards.isOpen(card)) return;
  const body = bodyOf(card, action, reason);
  const chosen = cards.chosenIn(card);
  const stays = action === "highlight";
  card.dataset.action = action;
  cards.setPhase(card, "sent", `${DONE[action]}${chosen && `: ${chosen}`}`);
  if (!stays && !SINGLE) cards.focus(cards.nextOpen(card) || card);
  const entry = { decision: undefined };
  made.push(entry);
  const sent = send(card, action, body, chosen, entry);
  sending.add(sent);
  sent.finally(() => sending.delete(sent));
}

async function send(card, action, body, chosen, entry) {
  try {
    const told = await sendForm(`/comments/${card.dataset.number}/decide`, body);
    trouble("");
    card.dataset.state = told.state;
    card.dataset.decision = entry.decision = told.decision;
    cards.setMark(card, told.highlighted);
    const said = `${told.said}${chosen && `: ${chosen}`}`;
    if (action === "highlight") {
      cards.setPhase(card, "");
      if (SINGLE || document.activeElement === document.body) cards.focus(card);
    } else {
      cards.setPhase(card, "decided", said);
    }
    cards.say(`${said}. ${left()}`);
    fill();
  } catch (error) {
    failed(card, action, error);
  }
}

function left() {
  const count = cards.open().length;
  if (SINGLE) return "";
  return count === 1 ? "1 left on this page." : `${count} left on this page.`;
}

function failed(card, action, error) {
  const phase = ["claimed", "changed", "erased", "not_found"].includes(error.code) ? "lost" : "failed";
  const begins = phase === "lost" ? "Somebody else took it" : `Not ${DONE[action].toLowerCase()}`;
  cards.setPhase(card, phase, `${begins}: ${lower(error.message)}`);
  cards.say(`${begins}: ${lower(error.message)}`);
  if (phase === "failed") trouble(error.message, error.status === 401);
  else fill();
}

function lower(sentence) {
  return sentence[0].toLowerCase() + sentence.slice(1);
}

export function again(card) {
  cards.setPhase(card, "");
  decide(card, card.dataset.action);
}

export function trouble(sentence, signIn = sentence === GONE) {
  const place = document.getElementById("trouble");
  place.hidden = !sentence;
  const said = document.createElement("p");
  said.textContent = sentence;
  place.replaceChildren(said);
  if (!sentence || !signIn) return;
  const link = Object.assign(document.createElement("a"), { href: "/sign-in", target: "_blank", textContent: "Sign in in a new tab" });
  said.append(" ", link);
}

export async function undo(card) {
  await Promise.allSettled([...sending]);
  const body = new FormData();
  const decision = card ? card.dataset.decision : lastMade();
  if (decision !== undefined) body.set("decision", decision);
  try {
    const told = await sendForm("/undo", body);
    forget(decision);
    const back = cards.all().find((one) => one.dataset.number === String(told.number));
    if (back) restore(back, told);
    cards.say(back ? "Undone." : `Undone: comment ${told.number}, which is on another page.`);
  } catch (error) {
    // Decided over, edited or undone elsewhere: the next undo goes on to the decision before it.
    if (error.status === 404 || error.status === 409) forget(decision);
    cards.say(error.message);
    if (error.status === 401 || error.status === 0) trouble(error.message);
    else if (card) cards.setPhase(card, "lost", error.message);
  }
}

// The last decision of this page that was kept; without any, the service knows those of earlier pages.
function lastMade() {
  return made.findLast((entry) => entry.decision !== undefined)?.decision;
}

function forget(decision) {
  const at = made.findIndex((entry) => String(entry.decision) === String(decision));
  if (at >= 0) made.splice(at, 1);
}

function restore(card, told) {
  card.dataset.state = told.state;
  card.dataset.revision = told.revision;
  cards.setMark(card, told.highlighted);
  cards.setPhase(card, told.state === card.dataset.home ? "" : "decided", told.said);
  cards.focus(card);
}
