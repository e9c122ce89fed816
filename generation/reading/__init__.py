"""How a prompt is read: normalise → tokens → attach → settle. The door is `generation.prompt`."""
