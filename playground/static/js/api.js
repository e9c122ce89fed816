/** The page's calls to the playground, as PROTOCOL.md lists them. */

/** A call that was refused: `message` is a sentence for the person. */
export class Refusal extends Error {
  constructor(message, code = 0) {
    super(message);
    this.code = code;
  }
}

async function answer(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new Refusal("The playground cannot be reached.");
  }
  const text = await response.text();
  const body = text ? JSON.parse(text) : null;
  if (!response.ok) throw new Refusal(body?.message ?? response.statusText, body?.code);
  return body;
}

function post(call, body) {
  const headers = { "Content-Type": "application/json" };
  return answer(
    fetch(`/playground/${call}`, { method: "POST", headers, body: JSON.stringify(body) }),
  );
}

/** Everything that person's client shows when it opens. */
export const loadState = (user) =>
  answer(fetch(`/playground/state?user=${encodeURIComponent(user)}`));

/** Call a command; answers with the interaction's id. */
export const invoke = (call) => post("invoke", call);

/** Choices for the focused option of an unfinished command. */
export const autocomplete = (call) => post("autocomplete", call);

/** Press a button, or choose in a select. */
export const useComponent = (user, message, customId, values) =>
  post("component", { user, message, custom_id: customId, values });

/** Submit a form. */
export const submitModal = (user, interaction, components) =>
  post("modal", { user, interaction, components });

/** Write a plain message. */
export const say = (user, channel, content) => post("message", { user, channel, content });

/** Delete a message. */
export const deleteMessage = (user, message) => post("delete", { user, message });

/** Put an emoji under a message, or take it back. */
export const react = (user, message, emoji) => post("react", { user, message, emoji });

/** Set the language of that person's client. */
export const setLocale = (user, locale) => post("locale", { user, locale });

/** Hand in a file; answers with the attachment. */
export function upload(user, file) {
  const body = new FormData();
  body.append("user", user);
  body.append("file", file, file.name);
  return answer(fetch("/playground/upload", { method: "POST", body }));
}
