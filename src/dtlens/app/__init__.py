"""The app in the browser: play the game, and watch a model decide.

Begin with `main`, the script that Streamlit runs, and `state`: all that a visitor has chosen, which
stands in the page's address. `pages` has a module a page, `show` the game, `charts` and `quick` the
library's tables as charts.
It computes nothing itself: every number is the library's.
"""
