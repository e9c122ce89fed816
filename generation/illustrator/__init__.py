"""The built-in illustrator: traits to SVG to PNG."""
