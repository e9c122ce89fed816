"""How a prompt is read, in four steps: normalise → tokens → attach → settle. The door is `generation.prompt`."""
