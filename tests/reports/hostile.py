"""Words that would do harm on a page that took them for markup, script or style."""

HOSTILE = [
    "</script><script>window.harmed=1</script>",
    "<img/src=x/onerror=window.harmed=1>",
    "'\"`${window.harmed=1}`\"'",
    "<!--<script>",
    "]]>&lt;&amp;",
    "javascript:window.harmed=1",
    "\u202efdp.exe",
    "שלום",
    "سلام",
    "👩\u200d🔬",
    "nul\x00nul",
    "{{data}}",
    "é\u0301̂",
    "x" * 3000,
    "\u200bzero\ufeffwidth",
    "__proto__",
    "constructor",
]
