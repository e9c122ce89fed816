"""A Discord of our own on 127.0.0.1: gateway, REST, CDN and a page for people."""
