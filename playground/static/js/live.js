/** The live connection: events as they happen, and a new connection when one is lost. */

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;

/**
 * Listen to that person's events until the returned function is called.
 * `onOpen(again)` is told whether this is a connection after a lost one.
 */
export function connect(user, { onEvent, onOpen, onLost }) {
  let socket;
  let timer;
  let wait = FIRST_WAIT_MS;
  let ended = false;
  let again = false;

  function open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/playground/live?user=${user}`);
    socket.onopen = () => {
      wait = FIRST_WAIT_MS;
      onOpen(again);
      again = true;
    };
    socket.onmessage = ({ data }) => {
      const event = JSON.parse(data);
      onEvent(event.t, event.d);
    };
    socket.onclose = lost;
  }

  function lost() {
    if (ended) return;
    onLost();
    timer = setTimeout(open, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }

  open();
  return () => {
    ended = true;
    clearTimeout(timer);
    socket.close();
  };
}
