/** Where one writes: plain messages, and commands once `/` is typed. */

import * as api from "./api.js";
import { CommandForm } from "./command-form.js";
import { entries, typedOut, typedValues } from "./commands.js";
import { el, fill } from "./dom.js";
import { acceptDrops } from "./file-drop.js";
import { iconButton } from "./icons.js";
import { showCommands } from "./picker.js";
import { commandsHere, currentChannel, isDm, on, state } from "./store.js";
import { Suggestions } from "./suggest.js";
import { t } from "./texts.js";
import { toast } from "./toast.js";

const LONGEST = 2000;

/** The view. */
export function composer() {
  return new Composer().node;
}

class Composer {
  constructor() {
    this.panel = new Suggestions();
    this.form = null;
    this.drafts = new Map();
    this.input = el("textarea", {
      class: "composer-input",
      rows: 1,
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      autocomplete: "off",
    });
    this.grow = el("span", { class: "grow" }, this.input);
    this.notice = el("div", { class: "composer-notice", role: "alert" });
    this.bar = el("div", { class: "composer-bar" });
    this.files = el("div", { class: "composer-files" });
    this.node = el(
      "div",
      { class: "composer" },
      this.panel.node,
      this.notice,
      el("div", { class: "composer-box" }, this.files, this.bar),
    );
    // While an input method composes, the text is not what the person means yet.
    this.input.addEventListener("input", (event) => event.isComposing || this.typed());
    this.input.addEventListener("compositionend", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("focus", () => this.typed());
    this.node.addEventListener("focusout", (event) => this.left(event));
    on("compose", ({ entry, values }) => this.begin(entry, values));
    on("write", () => this.focus());
    for (const topic of ["state", "channel", "channels"]) on(topic, () => this.refresh());
    acceptDrops(document.body, (files) => this.dropped(files));
    document.addEventListener("keydown", (event) => this.catchKey(event));
  }

  /** Begin afresh for another person, language or channel; otherwise keep what is filled in. */
  refresh() {
    const place = `${state.me.id} ${state.me.locale} ${state.channelId}`;
    if (this.form && place === this.place) return;
    this.place = place;
    this.end();
    this.draw();
    this.focus();
  }

  /** Be ready to write; not where that would bring up a keyboard over half of the screen. */
  focus() {
    if (matchMedia("(hover: hover)").matches && !document.querySelector("dialog[open], .popup"))
      this.input.focus();
  }

  draw() {
    const channel = currentChannel();
    if (!channel) return;
    const name = isDm(channel) ? `@${channel.name}` : `#${channel.name}`;
    const label = t("messageTo", { channel: name });
    const may = channel.can_send || channel.can_use_commands;
    this.input.placeholder = may ? label : t("noSend");
    this.input.setAttribute("aria-label", label);
    this.input.disabled = !may;
    this.node.classList.toggle("locked", !may);
    fill(this.bar, this.form ? this.formParts() : this.textParts());
    fill(this.files, this.form?.files);
  }

  textParts() {
    const open = () => {
      this.set("/");
      this.input.focus();
    };
    const slash = iconButton("apps", t("openCommands"), open, { size: 22 });
    return [slash, this.grow, this.sendButton(() => this.say())];
  }

  formParts() {
    return [
      iconButton("close", t("cancelCommand"), () => this.leave()),
      this.form.node,
      this.sendButton(() => this.form.submit()),
    ];
  }

  sendButton(send) {
    return iconButton("send", t("sendMessage"), send, { size: 22, class: "send" });
  }

  set(text) {
    this.input.value = text;
    this.typed();
  }

  /** What stands in the field decides what is offered. */
  typed() {
    const text = this.input.value;
    this.grow.dataset.value = text;
    const over = text.length - LONGEST;
    this.notice.textContent = over > 0 ? t("tooLong", { over }) : "";
    const isCommand = text.startsWith("/");
    const may = currentChannel()?.can_use_commands;
    if (isCommand && !may) this.notice.textContent = t("noCommandsHere");
    if (!isCommand || !may) return this.panel.hide();
    const found = typedOut(entries(commandsHere()), text);
    if (found) return this.begin(found.entry, typedValues(found.entry.options, found.rest));
    return showCommands(this.panel, this.input, text.slice(1), (entry) => this.begin(entry));
  }

  /** Fill in a command from now on. */
  begin(entry, values = {}) {
    this.clear();
    const known = Object.keys(values).length ? values : (this.drafts.get(entry.name) ?? {});
    this.form = new CommandForm(entry, known, this.panel, {
      onEnd: (isSent) => (isSent ? this.sent(entry) : this.leave()),
      onRefused: (sentence, typed) => this.refused(entry, sentence, typed),
    });
    this.draw();
    this.form.focus();
  }

  clear() {
    this.input.value = "";
    this.grow.dataset.value = "";
    this.notice.textContent = "";
  }

  sent(entry) {
    this.drafts.delete(entry.name);
    this.end();
    this.draw();
    this.input.focus();
  }

  /** Give back what was filled in, unless something else is being written by now. */
  refused(entry, sentence, typed) {
    if (this.form || this.input.value) this.drafts.set(entry.name, typed);
    else this.begin(entry, typed);
    this.notice.textContent = sentence;
  }

  leave() {
    if (this.form) this.drafts.set(this.form.entry.name, this.form.typed());
    this.end();
    this.draw();
    this.input.focus();
  }

  end() {
    this.form = null;
    this.notice.textContent = "";
    this.panel.hide();
  }

  key(event) {
    if (event.isComposing) return;
    const isListed = this.panel.isOpen && this.panel.hasRows;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (isListed && step) this.panel.move(step);
    else if (isListed && event.key === "Tab" && !event.shiftKey) this.panel.pickActive();
    else if (event.key === "Enter" && !event.shiftKey)
      isListed ? this.panel.pickActive() : this.say();
    else if (event.key === "Escape" && this.panel.isOpen) this.panel.hide();
    else return;
    event.preventDefault();
  }

  async say() {
    const text = this.input.value.trim();
    if (!text || text.length > LONGEST) return;
    if (!currentChannel().can_send) {
      this.notice.textContent = t("noSend");
      return;
    }
    this.set("");
    try {
      await api.say(state.me.id, state.channelId, text);
    } catch (refusal) {
      if (!this.input.value) this.set(text);
      this.notice.textContent = refusal.message;
    }
  }

  dropped(files) {
    if (this.form?.takeFiles(files)) return;
    const withFile = this.form
      ? null
      : entries(commandsHere()).filter((e) => e.options.some((o) => o.type === 11));
    if (withFile?.length === 1) {
      this.begin(withFile[0]);
      this.form.takeFiles(files);
    } else toast(t("noFilePlace"));
  }

  /** The list closes when the focus goes elsewhere. */
  left(event) {
    if (!event.relatedTarget || this.node.contains(event.relatedTarget)) return;
    this.panel.hide();
  }

  /** Letters typed outside a field go to the composer, as on Discord. */
  catchKey(event) {
    const isLetter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    const isTaken =
      document.activeElement.matches("input, textarea, select") ||
      document.querySelector("dialog[open], .popup");
    if (!isLetter || isTaken || event.key === " ") return;
    (this.form?.fields.at(-1)?.input ?? this.input).focus();
  }
}
