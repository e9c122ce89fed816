/** What can be chosen for an option without asking the bot: choices, people, channels, roles. */

import { avatar } from "./avatar.js";
import { icon } from "./icons.js";
import { displayName, isDm, roles, state } from "./store.js";
import { t } from "./texts.js";
import { Type } from "./values.js";

const SHOWN = 25;

/** The choices of an option that fit `text`. */
export function choicesFor(option, text) {
  const wanted = text.trim().toLowerCase();
  const fits = ({ label, detail = "" }) => `${label} ${detail}`.toLowerCase().includes(wanted);
  return all(option).filter(fits).slice(0, SHOWN);
}

function all(option) {
  if (option.choices?.length) return option.choices.map(botChoice);
  switch (option.type) {
    case Type.BOOLEAN:
      return [
        { value: true, label: t("yes") },
        { value: false, label: t("no") },
      ];
    case Type.USER:
      return state.people.map(person);
    case Type.ROLE:
      return roles().map(role);
    case Type.MENTIONABLE:
      return [...state.people.map(person), ...roles().map(role)];
    case Type.CHANNEL:
      return state.channels.filter((c) => suits(c, option.channel_types)).map(channel);
    default:
      return [];
  }
}

/** A choice that the bot named. */
export const botChoice = (c) => ({ value: c.value, label: c.name_localized ?? c.name });

const suits = (c, types) => !isDm(c) && (!types?.length || types.includes(c.type));
const channel = (c) => ({ value: c.id, label: `#${c.name}`, picture: icon("hash") });
const role = (r) => ({ value: r.id, label: roleName(r), picture: icon("shield") });
const person = (p) => ({
  value: p.id,
  label: `@${displayName(p)}`,
  detail: p.username,
  picture: avatar(p, 24),
});

const roleName = (r) => `@${r.name.replace(/^@/, "")}`;
