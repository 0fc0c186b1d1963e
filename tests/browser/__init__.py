"""The site in a real Chromium: axe, keyboard, zoom, print, search, alerts, valid HTML."""
