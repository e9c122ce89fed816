/** Links to pictures and files. The page loads only from the playground itself. */

const DISCORD_HOSTS = ["cdn.discordapp.com", "media.discordapp.net", "127.0.0.1", "localhost"];

/** `url` on this page's own address, or `null` where it lies on a stranger's machine. */
export function localUrl(url) {
  if (!url) return null;
  let parsed;
  try {
    parsed = new URL(url, location.origin);
  } catch {
    return null;
  }
  if (parsed.protocol === "blob:") return url;
  const isOurs = parsed.host === location.host || DISCORD_HOSTS.includes(parsed.hostname);
  return isOurs ? parsed.pathname + parsed.search : null;
}

/** The file's name at the end of a link. */
export function filenameOf(url) {
  return decodeURIComponent(new URL(url, location.origin).pathname.split("/").pop());
}

/** `bytes` in the words of people. */
export function readableSize(bytes) {
  if (!bytes && bytes !== 0) return "";
  if (bytes < 1024) return `${bytes} bytes`;
  const units = ["KB", "MB", "GB"];
  let size = bytes / 1024;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size.toFixed(size < 10 ? 2 : 1)} ${units[unit]}`;
}

/** Whether an attachment is a picture that can be shown. */
export const isPicture = (attachment) =>
  attachment.content_type?.startsWith("image/") && attachment.width && attachment.height;
