/** What is typed into a command's options, checked and converted. Nothing here touches the page. */

/** Discord's option types. */
export const Type = Object.freeze({
  STRING: 3,
  INTEGER: 4,
  BOOLEAN: 5,
  USER: 6,
  CHANNEL: 7,
  ROLE: 8,
  MENTIONABLE: 9,
  NUMBER: 10,
  ATTACHMENT: 11,
});

const LONGEST = 6000;
const LISTED = [Type.BOOLEAN, Type.USER, Type.CHANNEL, Type.ROLE, Type.MENTIONABLE];

/** Whether a value must be one of a list. */
export const isListed = (option) => LISTED.includes(option.type) || Boolean(option.choices?.length);

/**
 * What an option's field amounts to: `{value}`, `{error: [key, params]}`, or `{}` where it is
 * empty. `picked` is the suggestion that was chosen, `text` what stands in the field.
 */
export function read(option, text, picked) {
  const typed = text.trim();
  if (!typed && !picked) return option.required ? { error: ["error.required", {}] } : {};
  if (picked && picked.label === text) return { value: picked.value };
  if (isListed(option)) return { error: ["error.choice", {}] };
  if (option.type === Type.INTEGER || option.type === Type.NUMBER) return number(option, typed);
  return string(option, typed);
}

function string(option, text) {
  const min = option.min_length ?? 0;
  const max = option.max_length ?? LONGEST;
  if (text.length < min) return { error: ["error.short", { min }] };
  if (text.length > max) return { error: ["error.long", { max, length: text.length }] };
  return { value: text };
}

function number(option, text) {
  const isWhole = option.type === Type.INTEGER;
  const value = Number(text.replace(",", "."));
  if (!Number.isFinite(value)) return { error: [isWhole ? "error.integer" : "error.number", {}] };
  if (isWhole && !Number.isSafeInteger(value)) return { error: ["error.integer", {}] };
  const { min_value: min, max_value: max } = option;
  if (min !== undefined && min !== null && value < min) return { error: ["error.min", { min }] };
  if (max !== undefined && max !== null && value > max) return { error: ["error.max", { max }] };
  return { value };
}

/** The limits of an option in a few characters, like "1–4"; empty where it has none. */
export function limits(option) {
  const { min_value: min, max_value: max, min_length: least, max_length: most } = option;
  const low = min ?? least;
  const high = max ?? most;
  if (known(low) && known(high)) return `${low}–${high}`;
  if (known(high)) return `≤ ${high}`;
  return known(low) ? `≥ ${low}` : "";
}

const known = (value) => value !== undefined && value !== null;
