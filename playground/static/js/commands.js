/** Slash commands as a person picks and types them. Nothing here touches the page. */

const GROUP = 2;
const SUBCOMMAND = 1;
const NAMED = /(?:^|\s)([\p{L}\p{N}_-]{1,32}):/gu;

const local = (thing) => thing.name_localized ?? thing.name;
const describe = (thing) => thing.description_localized ?? thing.description ?? "";

/**
 * Everything that can be called: a command, or each of its subcommands. An entry is
 * `{root, name, names, description, options, nest}`; `nest` puts values where Discord wants them.
 */
export function entries(commands) {
  return commands.flatMap((command) =>
    leaves(command, [], (options) => options).map((leaf) => ({ ...leaf, root: command.name })),
  );
}

function leaves(node, above, nest) {
  const path = [...above, node];
  const inner = (node.options ?? []).filter((o) => o.type === SUBCOMMAND || o.type === GROUP);
  if (!inner.length) return [entry(path, node, nest)];
  return inner.flatMap((child) =>
    leaves(child, path, (options) => nest([{ name: child.name, type: child.type, options }])),
  );
}

function entry(path, node, nest) {
  const options = (node.options ?? []).map((o) => ({ ...o, shown: local(o), hint: describe(o) }));
  return {
    name: path.map((n) => n.name).join(" "),
    names: path.map(local),
    description: describe(node),
    options: [...options.filter((o) => o.required), ...options.filter((o) => !o.required)],
    nest,
  };
}

/** The name of an entry in the person's language. */
export const shownName = (found) => found.names.join(" ");

/** The entries that fit what was typed, best first. */
export function matching(all, query) {
  const wanted = query.trim().toLowerCase();
  const rank = (e) => {
    const names = [e.name, shownName(e)].map((n) => n.toLowerCase());
    if (names.some((n) => n.startsWith(wanted))) return 0;
    if (names.some((n) => n.split(" ").some((part) => part.startsWith(wanted)))) return 1;
    if (names.some((n) => n.includes(wanted))) return 2;
    return e.description.toLowerCase().includes(wanted) && wanted.length > 1 ? 3 : -1;
  };
  return all
    .map((e) => ({ e, rank: rank(e) }))
    .filter((r) => r.rank >= 0)
    .sort((a, b) => a.rank - b.rank)
    .map((r) => r.e);
}

/** A command typed out in full, as `{entry, rest}`: in "/chibi a cat", "a cat" is the rest. */
export function typedOut(all, text) {
  const typed = /^\/(.*)$/s.exec(text)?.[1];
  if (!typed) return null;
  const byLength = [...all].sort((a, b) => shownName(b).length - shownName(a).length);
  for (const found of byLength) {
    for (const name of [shownName(found), found.name]) {
      if (typed.toLowerCase().startsWith(`${name.toLowerCase()} `))
        return { entry: found, rest: typed.slice(name.length + 1) };
    }
  }
  return null;
}

/** Values for options from typed text: `prompt:a cat seed:7`, or all of it for the first option. */
export function typedValues(options, rest) {
  const text = rest.trim();
  const marks = [...text.matchAll(NAMED)].map((m) => ({
    m,
    option: options.find((o) => o.name === m[1] || o.shown === m[1]),
  }));
  const known = marks.filter((mark) => mark.option);
  if (known[0]?.m.index !== 0) return text && options.length ? { [options[0].name]: text } : {};
  const found = {};
  known.forEach(({ m, option }, i) => {
    const end = known[i + 1]?.m.index ?? text.length;
    found[option.name] = text.slice(m.index + m[0].length, end).trim();
  });
  return found;
}
