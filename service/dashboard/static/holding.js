"use strict";

// The comments on the page are claimed for its reader: kept while somebody is here, given back on
// leaving, and more are fetched before they run out.

import * as cards from "./cards.js";
import { beacon, fetchPart, sendForm } from "./sending.js";

const { list } = cards;
const WAITING = list.dataset.waiting === "1";
const SINGLE = list.dataset.single === "1";
const EVERY_MS = 60_000;
const IDLE_MS = 10 * 60_000; // whoever is away for longer lets others have the comments
const FEW = 8;
const PAUSE_MS = 15_000; // after an empty answer

let until = list.dataset.until;
let active = Date.now();
let fetching = false;
let notBefore = 0;

async function keep() {
  const waiting = cards.open().filter((card) => card.dataset.state === card.dataset.home);
  if (!waiting.length) return;
  try {
    const told = await sendForm("/claims/keep", cards.seen(waiting));
    until = told.until;
    const kept = new Set(told.kept.map(String));
    const lost = waiting.filter((card) => cards.isOpen(card) && !kept.has(card.dataset.number));
    for (const card of lost) cards.setPhase(card, "lost", "Somebody else took it, or it was edited or decided.");
    if (lost.length) cards.say(lost.length === 1 ? "Somebody else took one of these comments." : `Others took ${lost.length} of these comments.`);
    if (lost.includes(cards.current())) cards.focus(cards.nextOpen(cards.current()));
    fill();
  } catch {
    // The next decision says what is wrong; until then there is nothing a person could do about it.
  }
}

export async function fill() {
  if (!WAITING || SINGLE || fetching || cards.open().length >= FEW || Date.now() < notBefore) return end();
  fetching = true;
  try {
    const html = await fetchPart(`/queue/more${list.dataset.query}`, cards.seen(cards.all().filter(notDone).slice(-900)));
    const part = document.createElement("template");
    part.innerHTML = html;
    const fresh = [...part.content.querySelectorAll("li:has(> article.comment)")].filter((item) => isNew(item.firstElementChild));
    list.append(...fresh);
    if (!fresh.length) notBefore = Date.now() + PAUSE_MS;
    const at = cards.current();
    if (fresh.length && (!at || !cards.isOpen(at))) cards.focus(fresh[0].firstElementChild);
  } catch {
    notBefore = Date.now() + PAUSE_MS;
  } finally {
    fetching = false;
    end();
  }
}

// A comment that was decided on this page and came back, edited or reported, is to be decided anew.
function isNew(card) {
  const had = document.getElementById(card.id);
  if (had && notDone(had)) return false;
  if (had) cards.retire(had);
  return true;
}

function notDone(card) {
  return card.dataset.phase !== "decided";
}

function end() {
  const place = document.getElementById("end");
  if (place) place.hidden = !WAITING || cards.open().length > 0 || !cards.all().length;
}

export function hold() {
  if (!WAITING) return;
  for (const event of ["keydown", "pointerdown", "scroll"]) {
    document.addEventListener(event, () => {
      const away = Date.now() - active > IDLE_MS;
      active = Date.now();
      if (away) keep();
    }, { passive: true });
  }
  setInterval(() => {
    if (Date.now() - active < IDLE_MS) keep();
  }, EVERY_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") keep();
  });
  window.addEventListener("pagehide", () => {
    const body = cards.seen(cards.open());
    if (!until) return;
    body.set("until", until);
    beacon("/claims/leave", body);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) keep();
  });
  fill();
}
