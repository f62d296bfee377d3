"""The desk in a browser: a login page, and for each who logged in a process of the desk of their own.

Needs the extra `web`. Nothing that is served asks for anything outside of this server.
"""
